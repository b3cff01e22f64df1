import { type AuthServiceServer, AuthServiceService } from '@minitwitter/proto/auth/v1/auth';
import type { Environment } from '@minitwitter/service-kit/config';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { startTestServers, testContext } from '@minitwitter/service-kit/testing';
import { loadConfig } from './config.ts';
import { start } from './start.ts';

export const password = 'correct horse battery';
let names = 0;

/** A registration of somebody new. */
export function newPerson() {
  names += 1;
  const username = `person_${names}_${Date.now() % 1e6}`;
  return { username, email: `${username}@example.org`, password };
}

/** Servers on which auth services are started and stopped, with a clock that a test may move on. */
export async function openAuthLab() {
  const stack = new AsyncDisposableStack();
  const { env } = stack.use(await startTestServers(['postgres', 'redis', 'bus']));
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);

  return {
    env,
    moveClock: (ms: number) => {
      aheadMs += ms;
    },
    /** Start one more replica; it lives until it is disposed of, at the latest as long as the servers. */
    startReplica: async (settings: Environment = {}) => {
      const service = stack.use(await start(loadConfig({ ...env, ...settings }), { now }));
      const rpc = stack.use(createGrpcClient<AuthServiceServer>('auth', AuthServiceService, service.grpc));
      return { ...service, rpc };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export type Replica = Awaited<ReturnType<Awaited<ReturnType<typeof openAuthLab>>['startReplica']>>;

/** Register somebody new and answer with their tokens. */
export async function signUp({ rpc }: Pick<Replica, 'rpc'>, person = newPerson()) {
  const { tokens } = await rpc.register(person, testContext());
  return tokensOf(tokens, person);
}

/** Sign in and answer with the tokens. */
export async function signIn({ rpc }: Pick<Replica, 'rpc'>, person: ReturnType<typeof newPerson>) {
  const { username, password } = person;
  return tokensOf((await rpc.login({ username, password }, testContext())).tokens, person);
}

type Tokens = Awaited<ReturnType<Replica['rpc']['login']>>['tokens'];

function tokensOf(tokens: Tokens, person: ReturnType<typeof newPerson>) {
  if (!tokens?.account) throw new Error('there are no tokens');
  const { account, ...rest } = tokens;
  return { ...rest, ...account, person };
}
