import type { RequestContext, Role } from '@minitwitter/service-kit/context';
import { parseUuid } from '@minitwitter/service-kit/ids';
import { createLoader } from '@minitwitter/service-kit/loaders';
import type { GraphqlContext, Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import type { Account, SessionTokens } from './domain.ts';
import type { RegistrationInput } from './registration.ts';
import type { SignInInput } from './sign-in.ts';

/** Root fields that are asked without good credentials: to get some, or to end a session whose access token has expired. */
export const openFields = ['register', 'login', 'refresh', 'logout'] as const;

/** The loaders of one request. */
export const createLoaders = (actions: Actions) => (_context: RequestContext) => ({
  accounts: createLoader(actions.getAccounts, (account) => account.id),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;
type Input<T> = { input: T };
/** A user that another subgraph refers to, or one that this very request has proved to be. */
type User = { id: string } | Account;

/** The GraphQL door: parse, call one action, format. */
export function createResolvers(actions: Actions): Resolvers<Loaders> {
  /** A private field of a user, or null for those who may not see it. */
  const read =
    <Field extends 'email' | 'role'>(field: Field) =>
    async (user: User, _: unknown, { request, loaders }: GraphqlContext<Loaders>): Promise<Account[Field] | null> => {
      if ('email' in user) return user[field];
      const id = parseUuid(user.id);
      const account = actions.mayRead(request, field, id) ? await loaders.accounts.load(id) : null;
      return account?.[field] ?? null;
    };

  return {
    Role: { USER: 'user', MODERATOR: 'moderator', ADMIN: 'admin' },
    Query: {
      sessions: (_: unknown, __: unknown, { request }) => actions.listSessions(request),
    },
    Mutation: {
      register: async (_: unknown, { input }: Input<RegistrationInput>, { request }) =>
        toPayload(await actions.register(request, input)),
      login: async (_: unknown, { input }: Input<SignInInput>, { request }) =>
        toPayload(await actions.login(request, input)),
      refresh: async (_: unknown, { input }: Input<{ refreshToken: string }>) =>
        toPayload(await actions.refresh(input.refreshToken)),
      logout: async (_: unknown, { input }: Input<{ refreshToken?: string | null }>, { request }) => {
        await actions.logout(request, input.refreshToken);
        return { ok: true };
      },
      logoutEverywhere: async (_: unknown, __: unknown, { request }) => {
        await actions.logoutEverywhere(request);
        return { ok: true };
      },
      assignRole: async (_: unknown, { input }: Input<{ userId: string; role: Role }>, { request }) => {
        const { userId } = await actions.assignRole(request, input);
        return { user: { id: userId } };
      },
    },
    User: { email: read('email'), role: read('role') },
  };
}

const toPayload = ({ account, ...tokens }: SessionTokens) => ({ ...tokens, user: account, tokenType: 'Bearer' });
