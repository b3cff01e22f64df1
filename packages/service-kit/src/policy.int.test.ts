import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createLogger } from './logger.ts';
import { defaultPolicyDir, openPolicy } from './policy.ts';

const caller = { userId: 'me', sessionId: 's', role: 'user' } as const;

it('decides by a changed policy at once, and by the old one while the new one is broken', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'minitwitter-policy-'));
  const directory = join(parent, 'policy');
  await cp(defaultPolicyDir, directory, { recursive: true });
  const save = async (text: string) => {
    await writeFile(join(parent, 'next.csv'), text);
    await rename(join(parent, 'next.csv'), join(directory, 'policy.csv'));
  };
  const log = createLogger('test', 'silent');
  const refused = vi.spyOn(log, 'error');
  {
    using policy = await openPolicy(log, directory);
    const mayRename = () => policy.can(caller, 'tweet:rename', 'other');
    expect(mayRename()).toBe(false);
    for (const scope of ['own', 'own', 'any']) await save(`p, user, tweet, rename, ${scope}\n`);
    await vi.waitFor(() => expect(mayRename()).toBe(true));
    await save('p, user, "tweet, (rename, any\n');
    await vi.waitFor(() => expect(refused).toHaveBeenCalled());
    expect(mayRename()).toBe(true);
  }
  await rm(parent, { recursive: true, force: true });
});
