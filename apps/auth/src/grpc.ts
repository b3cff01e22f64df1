import {
  type AuthServiceServer,
  Role as ProtoRole,
  type Session as SessionMessage,
  type SessionTokens as SessionTokensMessage,
} from '@minitwitter/proto/auth/v1/auth';
import type { Role } from '@minitwitter/service-kit/context';
import { invalidField } from '@minitwitter/service-kit/errors';
import { roleOf } from '@minitwitter/service-kit/identity';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions, ListedSession } from './actions.ts';
import type { SessionTokens } from './domain.ts';

/** Methods that are called without good credentials: to get some, or to end a session whose access token has expired. */
export const openMethods = ['register', 'login', 'refresh', 'logout', 'getJwks', 'getSession'] as const;

const protoRole: Readonly<Record<Role, ProtoRole>> = {
  user: ProtoRole.USER,
  moderator: ProtoRole.MODERATOR,
  admin: ProtoRole.ADMIN,
};

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<AuthServiceServer> => ({
  register: async (request, context) => ({ tokens: toTokens(await actions.register(context, request)) }),
  login: async (request, context) => ({ tokens: toTokens(await actions.login(context, request)) }),
  refresh: async ({ refreshToken }) => ({ tokens: toTokens(await actions.refresh(refreshToken)) }),
  logout: async ({ refreshToken }, context) => {
    await actions.logout(context, refreshToken);
    return {};
  },
  logoutEverywhere: async (_request, context) => ({ ended: await actions.logoutEverywhere(context) }),
  listSessions: async (_request, context) => ({ sessions: (await actions.listSessions(context)).map(toSession) }),
  getJwks: async () => ({ jwksJson: JSON.stringify(await actions.keySet()) }),
  assignRole: async ({ userId, role }, context) => {
    const assigned = { userId, role: parseRole(role) };
    return { ...(await actions.assignRole(context, assigned)), role };
  },
  getSession: async ({ sessionId }) => {
    const session = await actions.findLive(sessionId);
    if (!session) return { live: false, userId: '', role: ProtoRole.UNSPECIFIED, expiresAt: undefined };
    const { userId, role, expiresAt } = session;
    return { live: true, userId, role: protoRole[role], expiresAt: new Date(expiresAt) };
  },
});

function parseRole(role: ProtoRole): Role {
  const known = roleOf.get(role);
  if (!known) throw invalidField('role', 'must be a role');
  return known;
}

const toTokens = ({ account: { id, ...account }, ...tokens }: SessionTokens): SessionTokensMessage => ({
  account: { ...account, userId: id, role: protoRole[account.role] },
  ...tokens,
});

const toSession = ({ id, createdAt, lastUsedAt, expiresAt, userAgent, current }: ListedSession): SessionMessage => ({
  id,
  createdAt,
  lastUsedAt,
  expiresAt,
  userAgent: userAgent ?? undefined,
  current,
});
