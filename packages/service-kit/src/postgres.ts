import { createPrisma, type PrismaClient } from '@minitwitter/prisma/client';
import { migrate } from '@minitwitter/prisma/migrate';
import { bounds } from './bounds.ts';
import { StartError } from './lifecycle.ts';
import { retry } from './retry.ts';

/** PostgreSQL through Prisma, with bounds on everything, disconnected when the stack is disposed of. */
export const openPrisma = (url: string, service: string, stack: AsyncDisposableStack): PrismaClient =>
  stack.adopt(createPrisma(url, { applicationName: service, ...bounds.postgres }), (client) => client.$disconnect());

/** Apply pending migrations. A server that is not up yet is waited for, some seconds; then a StartError says so. */
export async function migrateDatabase(url: string): Promise<void> {
  await retry(() => migrate(url), bounds.start).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`PostgreSQL (DATABASE_URL) cannot be migrated: ${reason.split('\n', 1)[0]}`);
  });
}
