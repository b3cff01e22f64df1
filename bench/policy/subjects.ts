import type { Role } from '@minitwitter/service-kit/context';
import { openIdentity } from '@minitwitter/service-kit/identity';
import type { Permission } from '@minitwitter/service-kit/policy';
import type { PolicyTable } from '@minitwitter/service-kit/policy-table';
import { openRedis } from '@minitwitter/service-kit/redis';
import { createSigner } from './tokens.ts';

const roles: readonly Role[] = ['user', 'moderator', 'admin'];
const lifetimeMs = 3_600_000;
const stride = 7919;

type Subject = { userId: string; role: Role; authorization: string };
/** What comes with a request, and what it wants to do to a thing of its own. */
export type Request = Pick<Subject, 'userId' | 'authorization'> & { permission: Permission };

/** People with a live session and a signed token each, and the authentication that a service has, over an embedded Redis. */
export async function openSubjects(count: number, stack: AsyncDisposableStack) {
  const { keySet, signToken } = createSigner();
  const now = Date.now();
  const records = new Map<string, { userId: string; role: Role; expiresAt: number }>();
  const subjects = Array.from({ length: count }, (_, index): Subject => {
    const [userId, sessionId] = [crypto.randomUUID(), crypto.randomUUID()];
    const role = roles[index % roles.length] ?? 'user';
    records.set(sessionId, { userId, role, expiresAt: now + lifetimeMs });
    return { userId, role, authorization: `Bearer ${signToken(userId, sessionId, now)}` };
  });
  const redis = stack.adopt(await openRedis('embedded:'), (client) => client.disconnect());
  const loadRecord = async (sessionId: string) => records.get(sessionId) ?? null;
  const { authenticate } = await openIdentity(redis, { fetchKeys: async () => keySet, loadRecord }, stack);
  return { subjects, authenticate };
}

/** Requests of all subjects in turn, each for one of the permissions that its role has, far apart in the policy. */
export function createRequests(subjects: readonly Subject[], table: PolicyTable, rounds: number): readonly Request[] {
  const granted = {
    user: permissionsOf(table, 'user'),
    moderator: permissionsOf(table, 'moderator'),
    admin: permissionsOf(table, 'admin'),
  };
  return Array.from({ length: rounds }).flatMap((_, round) =>
    subjects.flatMap(({ userId, role, authorization }, index) => {
      const permissions = granted[role];
      const permission = permissions[((round * subjects.length + index) * stride) % permissions.length];
      return permission ? [{ userId, authorization, permission }] : [];
    }),
  );
}

function permissionsOf(table: PolicyTable, role: Role): readonly Permission[] {
  const keys = [...table.keys()].filter((key) => key.startsWith(`${role} `));
  return keys.map((key) => key.slice(role.length + 1)).filter((key): key is Permission => key.includes(':'));
}
