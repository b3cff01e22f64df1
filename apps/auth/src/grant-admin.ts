import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createPrisma } from '@minitwitter/prisma/client';
import { dataDirOf, type Environment } from '@minitwitter/service-kit/config';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { orNotFound } from '@minitwitter/service-kit/errors';
import { createLogger } from '@minitwitter/service-kit/logger';
import { openRedis } from '@minitwitter/service-kit/redis';
import { withServers } from '@minitwitter/service-kit/servers';
import { createSessionDirectory } from '@minitwitter/service-kit/sessions';
import { loadGrantConfig } from './config.ts';
import { createLiveCopies, createLiveLookup } from './live-copies.ts';
import { createRoleSetter } from './roles.ts';
import { createStore } from './store.ts';

/**
 * Make the account of an email or a username an admin, in the servers that the environment names. Live sessions hear of
 * it at once if Redis answers; the event waits for the auth service's relay. NOT_FOUND for an unknown account.
 */
export async function grantAdmin(env: Environment, name: string): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const config = loadGrantConfig(env);
  const prisma = stack.adopt(createPrisma(config.DATABASE_URL), (client) => client.$disconnect());
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const { accounts, sessions: store } = createStore(prisma);
  const now = () => new Date();
  const directory = stack.use(await createSessionDirectory({ redis, loadRecord: createLiveLookup({ store, now }) }));
  const setRole = createRoleSetter({ accounts, tellLiveCopies: createLiveCopies({ store, directory, now }), now });

  const by = name.includes('@') ? 'email' : 'username';
  const { account } = orNotFound(await accounts.findCredentials({ by, value: name }), 'account');
  await setRole(account.id, 'admin', createSystemContext(createLogger('grant-admin', 'warn')));
}

/** Refuse a data folder in which there is no database, instead of making an empty one. */
function refuseEmpty({ DATABASE_URL }: Environment, dataDir: string): void {
  if (DATABASE_URL || existsSync(join(dataDir, 'postgres'))) return;
  throw new Error(`There are no accounts in ${dataDir}: start MiniTwitter once and register, or set DATA_DIR.`);
}

/** The command line: `npm run grant-admin -w apps/auth -- <username or email>`. */
async function main([name]: readonly string[], env: Environment): Promise<void> {
  if (!name)
    throw new Error('Whom? Give a username or an email: npm run grant-admin -w apps/auth -- <username or email>');
  const dataDir = dataDirOf(env);
  refuseEmpty(env, dataDir);
  const servers = await withServers('auth', ['postgres', 'redis'], { ...env, DATA_DIR: dataDir }, async (given) => {
    await grantAdmin(given, name);
    return new AsyncDisposableStack();
  });
  await servers[Symbol.asyncDispose]();
  console.log(`${name} is an admin now.`);
}

if (import.meta.main) {
  await main(process.argv.slice(2), process.env).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    const isHeld = error instanceof Error && error.name === 'DataFolderError';
    console.error(isHeld ? `${message}. Stop it first.` : message);
    process.exitCode = 1;
  });
}
