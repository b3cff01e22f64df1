import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newEnforcer } from 'casbin';
import type { Logger } from 'pino';
import type { Caller, Role } from './context.ts';
import { DomainError } from './errors.ts';

/** `own`: only what belongs to the caller. `any`: whosever it is. */
export type Scope = 'own' | 'any';
/** May the role do the action to the object, in which widest scope? `undefined` denies. */
export type PolicyTable = ReadonlyMap<string, Scope>;

/** `object:action` as the policy file names them. */
export type Permission = `${string}:${string}`;

export type Policy = {
  /** Whether the caller may, given the owner of the resource. A missing rule denies. */
  can: (caller: Caller, permission: Permission, ownerId: string) => boolean;
  /** PERMISSION_DENIED unless the caller may. */
  authorize: (caller: Caller, permission: Permission, ownerId: string) => void;
};

const roles: readonly Role[] = ['user', 'moderator', 'admin'];
export const defaultPolicyDir = fileURLToPath(new URL('../policy/', import.meta.url));

/** Ask Casbin once for every role and permission of the policy, so that a decision is one look-up. */
export async function compilePolicy(directory: string): Promise<PolicyTable> {
  const enforcer = await newEnforcer(join(directory, 'model.conf'), join(directory, 'policy.csv'));
  const rules = await enforcer.getPolicy();
  const table = new Map<string, Scope>();
  for (const permission of new Set(rules.map(([, object, action]) => `${object}:${action}`))) {
    const [object, action] = permission.split(':');
    for (const role of roles) {
      if (await enforcer.enforce(role, object, action, 'any')) table.set(`${role} ${permission}`, 'any');
      else if (await enforcer.enforce(role, object, action, 'own')) table.set(`${role} ${permission}`, 'own');
    }
  }
  return table;
}

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
  const watcher = watch(directory, () => {
    compilePolicy(directory).then(
      (next) => {
        table = next;
        log.info('policy loaded again');
      },
      (error: unknown) => log.error({ err: error }, 'the changed policy cannot be used; the old one stays'),
    );
  });
  watcher.on('error', (error) => log.error({ err: error }, 'the policy is no longer watched'));
  return { ...createPolicy(() => table), [Symbol.dispose]: () => watcher.close() };
}
