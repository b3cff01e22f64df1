import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { addToOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { type Profile, usernameTaken } from './domain.ts';

export const producer = 'user';

/** The columns that are this service's to read; the email and the password are the auth service's. */
const select = {
  id: true,
  username: true,
  firstName: true,
  lastName: true,
  bio: true,
  createdAt: true,
  updatedAt: true,
} satisfies Prisma.UserSelect;

/** The profile columns of `users` in PostgreSQL. */
export function createStore(prisma: PrismaClient) {
  return {
    findMany: async (ids: readonly string[]): Promise<Map<string, Profile>> => {
      const profiles = await prisma.user.findMany({ where: { id: { in: [...ids] } }, select });
      return new Map(profiles.map((profile) => [profile.id, profile]));
    },
    findManyByKey: (usernameKeys: readonly string[]): Promise<Profile[]> =>
      prisma.user.findMany({ where: { usernameKey: { in: [...usernameKeys] } }, select }),
    /**
     * Change a profile together with its events: `decide` sees the row locked, so that changes of one profile come one
     * after the other, and answers null to leave it. Null if there is no such user; ALREADY_EXISTS if the name is taken.
     */
    update: async (
      id: string,
      decide: (current: Profile) => { changed: Profile; events: readonly OutboxEntry[] } | null,
    ): Promise<Profile | null> => {
      try {
        return await prisma.$transaction(async (tx) => {
          await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${id}::uuid FOR UPDATE`;
          const current = await tx.user.findUnique({ where: { id }, select });
          const decision = current && decide(current);
          if (!decision) return current;
          const { username, firstName, lastName, bio, updatedAt } = decision.changed;
          const data = { username, usernameKey: username.toLowerCase(), firstName, lastName, bio, updatedAt };
          const profile = await tx.user.update({ where: { id }, data, select });
          await addToOutbox(tx, producer, decision.events);
          return profile;
        });
      } catch (error) {
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') throw usernameTaken();
        throw error;
      }
    },
  };
}

export type Store = ReturnType<typeof createStore>;
