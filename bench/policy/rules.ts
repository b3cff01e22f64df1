import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultPolicyDir } from '@minitwitter/service-kit/policy';

const roles = ['user', 'moderator', 'admin'] as const;

/** A policy folder with the built-in model and inheritance, and a number of rules, each for a permission of its own. */
export async function writeRules(directory: string, count: number): Promise<string> {
  const rules = Array.from(
    { length: count },
    (_, index) => `p, ${roles[index % roles.length]}, object${index}, act, ${index % 2 ? 'own' : 'any'}`,
  );
  await mkdir(directory, { recursive: true });
  await copyFile(join(defaultPolicyDir, 'model.conf'), join(directory, 'model.conf'));
  const text = ['g, admin, moderator', 'g, moderator, user', ...rules].join('\n');
  await writeFile(join(directory, 'policy.csv'), `${text}\n`);
  return directory;
}
