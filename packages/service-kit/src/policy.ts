import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Caller } from './context.ts';
import { DomainError } from './errors.ts';
import { compilePolicy, type PolicyTable } from './policy-table.ts';

/** `object:action` as the policy file names them. */
export type Permission = `${string}:${string}`;

export type Policy = {
  /** Whether the caller may, given the owner of the resource. A missing rule denies. */
  can: (caller: Caller, permission: Permission, ownerId: string) => boolean;
  /** PERMISSION_DENIED unless the caller may. */
  authorize: (caller: Caller, permission: Permission, ownerId: string) => void;
};

export const defaultPolicyDir = fileURLToPath(new URL('../policy/', import.meta.url));

/** Decisions over a table that may be replaced while requests are served. */
export function createPolicy(table: () => PolicyTable): Policy {
  const can: Policy['can'] = (caller, permission, ownerId) => {
    const scope = table().get(`${caller.role} ${permission}`);
    return scope === 'any' || (scope === 'own' && ownerId === caller.userId);
  };
  return {
    can,
    authorize: (caller, permission, ownerId) => {
      if (!can(caller, permission, ownerId)) throw new DomainError('PERMISSION_DENIED', 'You may not do this.');
    },
  };
}

/** Load Casbin's model and policy, and load them again whenever their files change; a broken file leaves the old rules. */
export async function openPolicy(log: Logger, directory = defaultPolicyDir): Promise<Policy & Disposable> {
  let table = await compilePolicy(directory);
  let changed = false;
  let loading = false;
  /** A change while one is being loaded is loaded after it, so that the last one wins. */
  const reload = async () => {
    changed = true;
    if (loading) return;
    loading = true;
    while (changed) {
      changed = false;
      try {
        table = await compilePolicy(directory);
        log.info('policy loaded again');
      } catch (error) {
        log.error({ err: error }, 'the changed policy cannot be used; the old one stays');
      }
    }
    loading = false;
  };
  const watcher = watch(directory, () => void reload());
  watcher.on('error', (error) => log.error({ err: error }, 'the policy is no longer watched'));
  return { ...createPolicy(() => table), [Symbol.dispose]: () => watcher.close() };
}
