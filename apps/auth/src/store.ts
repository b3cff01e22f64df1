import { Prisma, type PrismaClient } from '@minitwitter/prisma/client';
import { createAccountStore } from './account-store.ts';
import { createFailureStore } from './failure-store.ts';
import { createKeyStore } from './key-store.ts';
import { createSessionStore } from './session-store.ts';

/** What the auth service keeps in PostgreSQL. */
export const createStore = (prisma: PrismaClient) => ({
  accounts: createAccountStore(prisma),
  sessions: createSessionStore(prisma),
  keys: createKeyStore(prisma),
  failures: createFailureStore(prisma),
  ping: () => prisma.$queryRaw(Prisma.sql`SELECT 1`),
});

export type Store = ReturnType<typeof createStore>;
