import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './gen/client.ts';

export type * from './gen/client.ts';
export { Prisma, PrismaClient } from './gen/client.ts';

type PrismaBounds = {
  connections?: number;
  connectMs?: number;
  statementMs?: number;
  idleMs?: number;
};

/**
 * A client on its own pool of at most `connections`. It connects at the first query; waiting for a connection is limited to
 * `connectMs`, and a statement to `statementMs`, on the server and on this side.
 */
export function createPrisma(
  databaseUrl: string,
  {
    connections = 10,
    connectMs = 3000,
    statementMs = 5000,
    idleMs = 30_000,
    applicationName,
  }: PrismaBounds & { applicationName?: string } = {},
): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: idleMs,
    statement_timeout: statementMs,
    query_timeout: statementMs + 500,
    idle_in_transaction_session_timeout: 2 * statementMs,
    ...(applicationName ? { application_name: applicationName } : {}),
  });
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: connectMs, timeout: statementMs },
  });
}
