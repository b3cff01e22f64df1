import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import type { OutboxEntry } from '@minitwitter/service-kit/events';
import { addToOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { type Page, type PageRequest, toPage } from '@minitwitter/service-kit/paging';
import { retry } from '@minitwitter/service-kit/retry';
import {
  type Counts,
  type Follower,
  followingTooMany,
  maxFollowing,
  type Pair,
  type Side,
  type TimelineSources,
} from './domain.ts';

export const producer = 'follow';

type CountRow = { user_id: string; followers_count: number; following_count: number };

const conflictRetry = { attempts: 6, baseMs: 20, maxMs: 400, retryIf: isConflict };

/** The follow graph in PostgreSQL, and its counts, which are kept with each change of it. */
export function createStore(prisma: PrismaClient, { heavyFollowers }: { heavyFollowers: number }) {
  /** Do a change of one follow, its event and its counts as one; false if there was nothing to change. */
  const change = (pair: Pair, by: 1 | -1, events: readonly OutboxEntry[]): Promise<boolean> =>
    retry(
      () =>
        prisma.$transaction(async (tx) => {
          const changed =
            by === 1 ? await tx.$executeRaw(insertFollow(pair)) : await tx.$executeRaw(deleteFollow(pair));
          if (changed === 0) return false;
          await addToOutbox(tx, producer, events);
          const counts = await tx.$queryRaw<CountRow[]>(addToCounts(pair, by, heavyFollowers));
          const follower = counts.find(({ user_id }) => user_id === pair.followerId);
          if (by === 1 && follower && follower.following_count > maxFollowing) throw followingTooMany();
          return true;
        }),
      conflictRetry,
    );

  return {
    /** False if the follow was there already; FAILED_PRECONDITION when the follower follows too many. */
    insert: (pair: Pair, events: readonly OutboxEntry[]): Promise<boolean> => change(pair, 1, events),
    /** False if there was no such follow. */
    remove: (pair: Pair, events: readonly OutboxEntry[]): Promise<boolean> => change(pair, -1, events),
    /** Newest first. */
    list: async (side: Side, userId: string, page: PageRequest): Promise<Page<Follower>> => {
      const position = page.cursor === null ? null : BigInt(page.cursor);
      const rows = await prisma.follow.findMany({
        where: {
          ...(side === 'followers' ? { followeeId: userId } : { followerId: userId }),
          ...(position !== null && { id: page.forward ? { lt: position } : { gt: position } }),
        },
        orderBy: { id: page.forward ? 'desc' : 'asc' },
        take: page.limit + 1,
      });
      const other = side === 'followers' ? 'followerId' : 'followeeId';
      return toPage(
        page,
        rows.map((row) => ({ position: row.id, userId: row[other], followedAt: row.createdAt })),
      );
    },
    /** Those of the given users whom the follower follows. */
    followedAmong: async (followerId: string, userIds: readonly string[]): Promise<string[]> => {
      const where = { followerId, followeeId: { in: [...userIds] } };
      const rows = await prisma.follow.findMany({ where, select: { followeeId: true } });
      return rows.map(({ followeeId }) => followeeId);
    },
    /** Those of the pairs that are follows, each once. */
    followsAmong: (pairs: readonly Pair[]): Promise<Pair[]> => {
      const followers = pairs.map(({ followerId }) => followerId);
      const followees = pairs.map(({ followeeId }) => followeeId);
      return prisma.$queryRaw<Pair[]>`
        SELECT follower_id::text AS "followerId", followee_id::text AS "followeeId" FROM follows
        WHERE (follower_id, followee_id) IN (SELECT * FROM unnest(${followers}::uuid[], ${followees}::uuid[]))`;
    },
    /** The counts of those users that have any. */
    counts: (userIds: readonly string[]): Promise<Counts[]> =>
      prisma.followCount.findMany({ where: { userId: { in: [...userIds] } }, omit: { version: true } }),
    /** One snapshot of the version and the list. */
    timelineSources: async (userId: string): Promise<TimelineSources> => {
      const [row] = await prisma.$queryRaw<[{ version: number; light: string[]; heavy: string[] }]>`
        SELECT coalesce((SELECT version FROM follow_counts WHERE user_id = ${userId}::uuid), 0) AS version,
          coalesce(array_agg(f.followee_id::text) FILTER (WHERE c.heavy IS NOT TRUE), '{}') AS light,
          coalesce(array_agg(f.followee_id::text) FILTER (WHERE c.heavy), '{}') AS heavy
        FROM follows f LEFT JOIN follow_counts c ON c.user_id = f.followee_id
        WHERE f.follower_id = ${userId}::uuid`;
      return { version: row.version, userIds: row.light, heavyUserIds: row.heavy };
    },
  };
}

export type Store = ReturnType<typeof createStore>;

const insertFollow = ({ followerId, followeeId }: Pair) =>
  Prisma.sql`INSERT INTO follows (follower_id, followee_id) VALUES (${followerId}::uuid, ${followeeId}::uuid)
    ON CONFLICT DO NOTHING`;

const deleteFollow = ({ followerId, followeeId }: Pair) =>
  Prisma.sql`DELETE FROM follows WHERE follower_id = ${followerId}::uuid AND followee_id = ${followeeId}::uuid`;

/** Both rows in the order of their ids, so that changes that concern the same users never wait for each other in a ring. */
function addToCounts({ followerId, followeeId }: Pair, by: 1 | -1, heavyFollowers: number): Prisma.Sql {
  const rows = [
    { userId: followerId, row: Prisma.sql`(${followerId}::uuid, 0, 1, 1, false)` },
    { userId: followeeId, row: Prisma.sql`(${followeeId}::uuid, 1, 0, 0, ${heavyFollowers <= 1})` },
  ].sort((one, other) => (one.userId < other.userId ? -1 : 1));
  return Prisma.sql`
    INSERT INTO follow_counts AS c (user_id, followers_count, following_count, version, heavy)
    VALUES ${Prisma.join(rows.map(({ row }) => row))}
    ON CONFLICT (user_id) DO UPDATE SET
      followers_count = c.followers_count + ${by}::int * EXCLUDED.followers_count,
      following_count = c.following_count + ${by}::int * EXCLUDED.following_count,
      version = c.version + EXCLUDED.version,
      heavy = c.heavy OR c.followers_count + ${by}::int * EXCLUDED.followers_count >= ${heavyFollowers}::int
    RETURNING user_id::text, followers_count, following_count`;
}

/** A deadlock or a serialization failure; of a raw query the driver's own error tells. */
function isConflict(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  const driverError = error.meta?.driverAdapterError;
  const cause = driverError instanceof Error ? driverError.cause : undefined;
  return error.code === 'P2034' || (isObject(cause) && 'kind' in cause && cause.kind === 'TransactionWriteConflict');
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
