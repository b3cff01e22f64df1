import type { OptionalText, User, UserServiceServer } from '@minitwitter/proto/user/v1/user';
import type { Rpc } from '@minitwitter/service-kit/rpc';
import type { Actions } from './actions.ts';
import type { Profile } from './domain.ts';

/** The gRPC door: parse, call one action, format. */
export const createHandlers = (actions: Actions): Rpc<UserServiceServer> => ({
  getUser: async ({ id }) => ({ user: toMessage(await actions.get(id)) }),
  batchGetUsers: async ({ ids }) => ({ users: (await actions.getMany(ids)).map(toMessage) }),
  getUserByUsername: async ({ username }) => ({ user: toMessage(await actions.getByUsername(username)) }),
  batchGetUsersByUsername: async ({ usernames }) => ({
    users: (await actions.getManyByUsername(usernames)).map(toMessage),
  }),
  updateProfile: async ({ username, firstName, lastName, bio }, context) => ({
    user: toMessage(
      await actions.updateProfile(context, {
        username,
        firstName: toInput(firstName),
        lastName: toInput(lastName),
        bio: toInput(bio),
      }),
    ),
  }),
});

/** A message that is there without a text clears the field. */
const toInput = (text: OptionalText | undefined): string | null | undefined => text && (text.value ?? null);

const toMessage = ({ firstName, lastName, bio, ...profile }: Profile): User => ({
  ...profile,
  firstName: firstName ?? undefined,
  lastName: lastName ?? undefined,
  bio: bio ?? undefined,
});
