import { randomBytes, randomUUID } from 'node:crypto';
import { AuthServiceService } from '@minitwitter/proto/auth/v1/auth';
import { openBase } from '@minitwitter/service-kit/base';
import { bounds } from '@minitwitter/service-kit/bounds';
import { openDoors, type RunningService } from '@minitwitter/service-kit/doors';
import { openIdentity } from '@minitwitter/service-kit/identity';
import { createPostgresOutbox } from '@minitwitter/service-kit/outbox-postgres';
import { openPrisma } from '@minitwitter/service-kit/postgres';
import { startRelay } from '@minitwitter/service-kit/relay';
import { createAccessTokens } from './access-tokens.ts';
import { createActions } from './actions.ts';
import type { Config } from './config.ts';
import { createLoaders, createResolvers, openFields } from './graphql.ts';
import { createHandlers, openMethods } from './grpc.ts';
import { createKeyRing } from './keys.ts';
import { createLiveCopies, createLiveLookup } from './live-copies.ts';
import { createLockout, noLockout } from './lockout.ts';
import { createPasswords } from './passwords.ts';
import { startPruning } from './pruning.ts';
import { createRefresh } from './refresh.ts';
import { createRoleSetter } from './roles.ts';
import { createSessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { createSlots } from './slots.ts';
import { createStore } from './store.ts';

const schemaFile = new URL('../schema.graphql', import.meta.url);
const doors = { createHandlers, createResolvers, createLoaders, schemaFile, openMethods, openFields };
const service = 'auth';

/** Start the auth service; dispose of what it returns to stop it. */
export async function start(config: Config, { now = () => new Date() } = {}): Promise<RunningService> {
  await using stack = new AsyncDisposableStack();
  const base = await openBase(service, config, stack);
  const { log, bus, redis, policy, tracer } = base;
  const prisma = openPrisma(config.DATABASE_URL, service, stack);
  const store = createStore(prisma);
  const newId = randomUUID;
  const graceMs = config.REFRESH_GRACE * 1000;
  const accessTokenMs = config.ACCESS_TOKEN_TTL * 1000;
  const signingMs = config.SIGNING_KEY_TTL * 1000;
  const keys = createKeyRing({ store: store.keys, now, newId, signingMs, accessTokenMs });
  const findLive = createLiveLookup({ store: store.sessions, now });
  const identity = await openIdentity(redis, { fetchKeys: keys.keySet, loadRecord: findLive }, stack);

  const directory = identity.sessions;
  const issueAccessToken = createAccessTokens({ keys, ttlSeconds: config.ACCESS_TOKEN_TTL, now, newId });
  const sessionDeps = {
    store: store.sessions,
    issueAccessToken,
    now,
    randomBytes,
    ttlMs: config.REFRESH_TOKEN_TTL * 1000,
  };
  const sessions = createSessions({ ...sessionDeps, directory, newId });
  const tellLiveCopies = createLiveCopies({ store: store.sessions, directory, now });
  const passwords = await createPasswords(randomBytes(32).toString('base64url'));
  const slots = createSlots(bounds.hashing.atOnce, bounds.hashing.waiting);
  const lockout = config.RATE_LIMIT ? createLockout(store.failures, now) : noLockout;
  const relay = stack.use(startRelay({ service, source: createPostgresOutbox(prisma, service), bus, tracer, log }));
  stack.use(startPruning({ store, now, graceMs, log }));

  const actions = createActions({
    accounts: store.accounts,
    sessions,
    keys,
    passwords,
    slots,
    signIn: createSignIn({ accounts: store.accounts, passwords, lockout, slots }),
    refresh: createRefresh({ ...sessionDeps, graceMs, end: sessions.end, tellLiveCopies }),
    setRole: createRoleSetter({ accounts: store.accounts, tellLiveCopies, now }),
    policy,
    wakeRelay: relay.wake,
    findLive,
    newId,
  });
  const { authenticate } = identity;
  const definition = AuthServiceService;
  const checks = { postgres: store.ping };
  return await openDoors({ base, authenticate, definition, actions, doors, checks }, stack);
}
