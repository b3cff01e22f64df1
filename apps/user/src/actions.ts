import { type RequestContext, requireCaller } from '@minitwitter/service-kit/context';
import { orNotFound } from '@minitwitter/service-kit/errors';
import { toOutboxEntry } from '@minitwitter/service-kit/events';
import { parseBatch, parseUuid } from '@minitwitter/service-kit/ids';
import type { Policy } from '@minitwitter/service-kit/policy';
import type { ProfileCache } from './cache.ts';
import { applyChange, type Profile, type ProfileInput, parseProfileChange, usernameKeyOf } from './domain.ts';
import type { Store } from './store.ts';

export type ActionDeps = {
  store: Store;
  cache: ProfileCache;
  policy: Policy;
  wakeRelay: () => void;
  now: () => Date;
};

/** The use cases of profiles; both doors call these. */
export function createActions({ store, cache, policy, wakeRelay, now }: ActionDeps) {
  const findMany = async (ids: readonly string[]): Promise<Profile[]> => [
    ...(await cache.getMany(ids, store.findMany)).values(),
  ];
  const findManyByName = (usernames: readonly string[]): Promise<Profile[]> => {
    const keys = new Set(usernames.flatMap((username) => usernameKeyOf(username) ?? []));
    return keys.size === 0 ? Promise.resolve([]) : store.findManyByKey([...keys]);
  };

  return {
    get: async (id: string): Promise<Profile> => orNotFound((await findMany([parseUuid(id)]))[0], 'user'),
    getMany: async (ids: readonly string[]): Promise<Profile[]> => findMany(parseBatch(ids, parseUuid)),
    getByUsername: async (username: string): Promise<Profile> =>
      orNotFound((await findManyByName([username]))[0], 'user'),
    getManyByUsername: async (usernames: readonly string[]): Promise<Profile[]> =>
      findManyByName(parseBatch(usernames, (username) => username, 'usernames')),
    /** Change the caller's profile; what is undefined stays, null clears. Replicas tell of it before this resolves. */
    updateProfile: async (context: RequestContext, input: ProfileInput): Promise<Profile> => {
      const caller = requireCaller(context);
      policy.authorize(caller, 'profile:update', caller.userId);
      const change = parseProfileChange(input);
      const updated = await store.update(caller.userId, (current) => {
        const changed = applyChange(current, change, now());
        if (!changed) return null;
        const data = { userId: changed.id, username: changed.username };
        return { changed, events: [toOutboxEntry('profileUpdated', data, context, changed.updatedAt)] };
      });
      const profile = orNotFound(updated, 'user');
      wakeRelay();
      await cache.put(profile.id, profile);
      return profile;
    },
  };
}

export type Actions = ReturnType<typeof createActions>;
