import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import type { NewSession, RevocationReason, Session } from './domain.ts';
import { accountColumns, insertSession, toAccount } from './rows.ts';

/** What a rotation writes; `expiresAt` is moved on because the session was used. */
export type Rotation = {
  sessionId: string;
  oldHash: string;
  newHash: string;
  successor: string;
  now: Date;
  expiresAt: Date;
};

/** When a refresh token was rotated away and the sealed answer to it: null while it is current, and once forgotten. */
export type TokenFate = { rotatedAt: Date | null; successor: string | null };

const live = (now: Date) => ({ revokedAt: null, expiresAt: { gt: now } });
const newestFirst = [{ createdAt: 'desc' }, { id: 'desc' }] satisfies Prisma.SessionOrderByWithRelationInput[];
const withAccount = { user: { select: accountColumns } } as const;
const pruneLimit = 1000;

type SessionRow = Prisma.SessionGetPayload<{ include: typeof withAccount }>;

/** The sessions in PostgreSQL. A revoked session also expires, so that pruning needs one index. */
export function createSessionStore(prisma: PrismaClient) {
  const revoke = (where: Prisma.SessionWhereInput, reason: RevocationReason, now: Date) =>
    prisma.session.updateMany({
      where: { ...where, ...live(now) },
      data: { revokedAt: now, revokedReason: reason, expiresAt: now },
    });

  return {
    insert: (session: NewSession): Promise<void> => prisma.$transaction((tx) => insertSession(tx, session)),
    find: async (id: string): Promise<Session | null> => {
      const row = await prisma.session.findUnique({ where: { id }, include: withAccount });
      return row && toSession(row);
    },
    /** A user's live sessions, newest first, without the first `skip`; at most `take`. */
    listLive: async (userId: string, now: Date, { take, skip = 0 }: { take: number; skip?: number }) => {
      const where = { userId, ...live(now) };
      const rows = await prisma.session.findMany({ where, include: withAccount, orderBy: newestFirst, take, skip });
      return rows.map(toSession);
    },
    /**
     * Replace the refresh token by compare-and-swap, and note in the history what became of the old one, in one statement.
     * False when the old token is no longer the current one or the session has ended: of any number at once one wins.
     */
    rotate: async ({ sessionId, oldHash, newHash, successor, now, expiresAt }: Rotation): Promise<boolean> => {
      const written = await prisma.$executeRaw(Prisma.sql`
        WITH rotated AS (
          UPDATE sessions SET refresh_hash = ${newHash}, last_used_at = ${now}, expires_at = ${expiresAt},
            generation = generation + 1
          WHERE id = ${sessionId}::uuid AND refresh_hash = ${oldHash} AND revoked_at IS NULL AND expires_at > ${now}
          RETURNING id
        ), replaced AS (
          UPDATE refresh_tokens SET rotated_at = ${now}, successor = ${successor} FROM rotated WHERE hash = ${oldHash}
        )
        INSERT INTO refresh_tokens (hash, session_id, created_at) SELECT ${newHash}, id, ${now} FROM rotated`);
      return written === 1;
    },
    /** What became of a refresh token; null when the session never had it. */
    findToken: ({ sessionId, hash }: { sessionId: string; hash: string }): Promise<TokenFate | null> =>
      prisma.refreshToken.findFirst({ where: { hash, sessionId }, select: { rotatedAt: true, successor: true } }),
    /** Forget the session's refresh tokens that were made before. */
    forgetTokens: async (sessionId: string, madeBefore: Date): Promise<void> => {
      await prisma.refreshToken.deleteMany({ where: { sessionId, createdAt: { lt: madeBefore } } });
    },
    /** Forget some of the answers to refresh tokens that were rotated away before; answers how many. */
    forgetSuccessors: (rotatedBefore: Date): Promise<number> =>
      prisma.$executeRaw(Prisma.sql`
        UPDATE refresh_tokens SET rotated_at = NULL, successor = NULL WHERE hash IN (
          SELECT hash FROM refresh_tokens WHERE rotated_at < ${rotatedBefore} ORDER BY rotated_at LIMIT ${pruneLimit}
        )`),
    /** End those of the sessions that are live. */
    revoke: async (ids: readonly string[], reason: RevocationReason, now: Date): Promise<void> => {
      await revoke({ id: { in: [...ids] } }, reason, now);
    },
    /** Delete some sessions, the oldest first, that ended before; answers how many. */
    prune: (endedBefore: Date): Promise<number> =>
      prisma.$executeRaw(Prisma.sql`
        DELETE FROM sessions WHERE id IN (
          SELECT id FROM sessions WHERE expires_at < ${endedBefore} ORDER BY expires_at LIMIT ${pruneLimit}
        )`),
  };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

const toSession = ({ user, userId: _, revokedReason: __, ip: ___, ...row }: SessionRow): Session => ({
  ...row,
  account: toAccount(user),
});
