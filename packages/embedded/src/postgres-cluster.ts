import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, ServerStartError } from './errors.ts';
import type { Account, Command } from './postgres-binaries.ts';

export const USER = 'minitwitter';
const TEMPORARY = 'cluster.new-';
const INIT_TIMEOUT_MS = 60_000;

type Options = { folder: string; cluster: string; account: Account | undefined; initdb: (args: string[]) => Command };

/**
 * Makes the cluster if there is none, and answers its password. It is initialised under another name and renamed when
 * it is whole, so that a crash on the way leaves nothing half made.
 */
export async function ensureCluster({ folder, cluster, account, initdb }: Options): Promise<string> {
  const passwordFile = join(folder, 'password');
  try {
    if (existsSync(cluster)) return (await readFile(passwordFile, 'utf8')).trim();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await removeLeftovers(folder);
    await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (account) for (const path of [folder, passwordFile]) await chown(path, account.uid, account.gid);
    const fresh = join(folder, `${TEMPORARY}${randomBytes(6).toString('hex')}`);
    await run(initdb(initArguments(fresh, passwordFile)));
    await rename(fresh, cluster);
    return (await readFile(passwordFile, 'utf8')).trim();
  } catch (cause) {
    throw new ServerStartError(`the embedded PostgreSQL cannot use ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

function initArguments(cluster: string, passwordFile: string): string[] {
  const access = [`--username=${USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return [`--pgdata=${cluster}`, ...access, ...locale, '--no-instructions'];
}

async function removeLeftovers(folder: string): Promise<void> {
  const leftovers = (await readdir(folder)).filter((name) => name.startsWith(TEMPORARY));
  for (const name of leftovers) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
}

async function run({ file, args, options }: Command): Promise<void> {
  try {
    await promisify(execFile)(file, args, { ...options, timeout: INIT_TIMEOUT_MS });
  } catch (failure) {
    const stderr = failure instanceof Error && 'stderr' in failure ? String(failure.stderr) : '';
    const cause = stderr.split('\n').find((line) => line.includes('error:'));
    throw new Error(cause ?? reasonOf(failure), { cause: failure });
  }
}
