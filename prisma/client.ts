import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './gen/client.ts';

export type * from './gen/client.ts';
export { Prisma, PrismaClient } from './gen/client.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 30_000;

/**
 * A client on its own pool of at most `maxConnections`. It connects at the first query; waiting for a connection is
 * limited to 3 s and a statement to 5 s, on the server and on this side.
 */
export function createPrisma(
  databaseUrl: string,
  { maxConnections = 10, applicationName }: { maxConnections?: number; applicationName?: string } = {},
): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 500,
    idle_in_transaction_session_timeout: 2 * STATEMENT_TIMEOUT_MS,
    ...(applicationName ? { application_name: applicationName } : {}),
  });
  return new PrismaClient({
    adapter,
    transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: STATEMENT_TIMEOUT_MS },
  });
}
