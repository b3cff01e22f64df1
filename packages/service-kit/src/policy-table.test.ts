import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEnforcer } from 'casbin';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultPolicyDir } from './policy.ts';
import { compilePolicy } from './policy-table.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'minitwitter-policy-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const model = await readFile(join(defaultPolicyDir, 'model.conf'), 'utf8');
const inheritance = 'g, admin, moderator\ng, moderator, user\n';
const rule = fc
  .record({
    role: fc.constantFrom('user', 'moderator', 'admin', 'nobody'),
    object: fc.constantFrom('tweet', 'comment', '*'),
    action: fc.constantFrom('read', 'delete'),
    scope: fc.constantFrom('own', 'any'),
    effect: fc.constantFrom('allow', 'deny'),
  })
  .map(({ role, object, action, scope, effect }) => `p, ${role}, ${object}, ${action}, ${scope}, ${effect}\n`);
const withEffect = (text: string) => text.replace('p = sub, obj, act, scope', 'p = sub, obj, act, scope, eft');

const models = {
  'the built-in model': withEffect(model),
  'one that compares by patterns': withEffect(model).replace('r.obj == p.obj', 'keyMatch(r.obj, p.obj)'),
  'one with an alternative': withEffect(model).replace(/^m = .*$/m, '$& || r.act == "read" && p.sub == "nobody"'),
  'one in which a denial wins': withEffect(model).replace(/^e = .*$/m, '$& && !some(where (p.eft == deny))'),
};

it.each(Object.entries(models))('decides as Casbin does with %s', async (_name, text) => {
  await writeFile(join(directory, 'model.conf'), text);
  const property = fc.asyncProperty(fc.array(rule, { maxLength: 12 }), async (rules) => {
    await writeFile(join(directory, 'policy.csv'), inheritance + rules.join(''));
    const table = await compilePolicy(directory);
    const enforcer = await newEnforcer(join(directory, 'model.conf'), join(directory, 'policy.csv'));
    for (const [, object, action] of await enforcer.getPolicy()) {
      for (const role of ['user', 'moderator', 'admin']) {
        const allowed = (scope: string) => enforcer.enforceSync(role, object, action, scope);
        const narrow = allowed('own') ? 'own' : undefined;
        expect(table.get(`${role} ${object}:${action}`)).toBe(allowed('any') ? 'any' : narrow);
      }
    }
  });
  await fc.assert(property, { numRuns: 60 });
});
