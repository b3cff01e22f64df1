import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { parseUuid } from '@minitwitter/service-kit/ids';
import { createLoader } from '@minitwitter/service-kit/loaders';
import type { Resolvers } from '@minitwitter/service-kit/subgraph-schema';
import type { Actions } from './actions.ts';
import { type ProfileInput, usernameKeyOf } from './domain.ts';

/** The loaders of one request. */
export const createLoaders = (actions: Actions) => (_context: RequestContext) => ({
  users: createLoader(actions.getMany, (profile) => profile.id),
  usersByKey: createLoader(actions.getManyByUsername, (profile) => profile.username.toLowerCase()),
});

type Loaders = ReturnType<ReturnType<typeof createLoaders>>;

/** The GraphQL door: parse, call one action, format. */
export const createResolvers = (actions: Actions): Resolvers<Loaders> => ({
  Query: {
    me: (_: unknown, __: unknown, { request, loaders }) => loaders.users.load(requireCaller(request).userId),
    user: (_: unknown, { id }: { id: string }, { loaders }) => loaders.users.load(parseUuid(id)),
    userByUsername: (_: unknown, { username }: { username: string }, { loaders }) => {
      const key = usernameKeyOf(username);
      return key && loaders.usersByKey.load(key);
    },
  },
  Mutation: {
    updateProfile: async (_: unknown, { input }: { input: ProfileInput }, { request, loaders }) => {
      const user = await actions.updateProfile(request, input);
      loaders.users.clear(user.id);
      return { user };
    },
  },
  User: {
    __resolveReference: ({ id }: { id: string }, { loaders }) => loaders.users.load(parseUuid(id)),
  },
});
