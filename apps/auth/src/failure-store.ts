import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';

/** Failed logins in PostgreSQL, by an opaque account key. */
export function createFailureStore(prisma: PrismaClient) {
  return {
    lockedUntil: async (accountKey: string): Promise<Date | null> => {
      const row = await prisma.loginFailure.findUnique({ where: { accountKey }, select: { lockedUntil: true } });
      return row?.lockedUntil ?? null;
    },
    /** Count one more failure; the count begins anew when the first one was before `windowStart`. */
    count: async (accountKey: string, now: Date, windowStart: Date): Promise<number> => {
      const [row] = await prisma.$queryRaw<{ count: number }[]>(Prisma.sql`
        INSERT INTO login_failures AS f (account_key, count, first_at) VALUES (${accountKey}, 1, ${now})
        ON CONFLICT (account_key) DO UPDATE SET
          count = CASE WHEN f.first_at < ${windowStart} THEN 1 ELSE f.count + 1 END,
          first_at = CASE WHEN f.first_at < ${windowStart} THEN excluded.first_at ELSE f.first_at END
        RETURNING count`);
      return row?.count ?? 0;
    },
    lock: async (accountKey: string, until: Date): Promise<void> => {
      await prisma.loginFailure.updateMany({ where: { accountKey }, data: { lockedUntil: until } });
    },
    clear: async (accountKey: string): Promise<void> => {
      await prisma.loginFailure.deleteMany({ where: { accountKey } });
    },
    /** Forget windows that began before. */
    prune: async (firstBefore: Date): Promise<void> => {
      await prisma.loginFailure.deleteMany({ where: { firstAt: { lt: firstBefore } } });
    },
  };
}

export type FailureStore = ReturnType<typeof createFailureStore>;
