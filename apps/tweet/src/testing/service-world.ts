import { type TweetServiceServer, TweetServiceService } from '@minitwitter/proto/tweet/v1/tweet';
import { openBus } from '@minitwitter/service-kit/bus';
import type { Environment } from '@minitwitter/service-kit/config';
import type { Role } from '@minitwitter/service-kit/context';
import { DomainError } from '@minitwitter/service-kit/errors';
import { type EventData, type EventName, toOutboxEntry } from '@minitwitter/service-kit/events';
import { createGrpcClient } from '@minitwitter/service-kit/grpc-client';
import { askGraphql, serveFakeAuth, startTestServers, testContext } from '@minitwitter/service-kit/testing';
import { loadConfig } from '../config.ts';
import { start } from '../start.ts';
import { serveFakes } from './fakes.ts';

/** The tweet service on embedded servers of its own with stand-ins for its neighbours; for tests. */
export async function startWorld(overrides: Environment = {}) {
  await using stack = new AsyncDisposableStack();
  const servers = stack.use(await startTestServers(['mongodb', 'redis', 'bus']));
  const auth = stack.use(await serveFakeAuth());
  const fakes = await serveFakes(stack);
  const env: Environment = { ...servers.env, ...fakes.env, AUTH_GRPC: auth.target, ...overrides };
  const service = stack.use(await start(loadConfig(env)));
  const rpc = stack.use(createGrpcClient<TweetServiceServer>('tweet', TweetServiceService, service.grpc));
  const bus = stack.use(await openBus(env.KAFKA_BROKERS ?? '', 'test'));
  const all = stack.move();

  async function signUp(role: Role = 'user') {
    const userId = crypto.randomUUID();
    const token = await auth.tokenFor(userId, role);
    const context = () => testContext(token);
    const write = async (content: string) => (await rpc.createTweet({ content }, context())).tweet?.id ?? '';
    const home = (pageSize: number, pageToken = '') => rpc.listHomeTimeline({ pageSize, pageToken }, context());
    return { userId, token, context, write, home };
  }

  return {
    ...fakes,
    env,
    rpc,
    bus,
    signUp,
    ask: (query: string, variables?: object, token?: string) => askGraphql(service.http, query, variables, token),
    publish: <Name extends EventName>(name: Name, data: EventData<Name>) =>
      bus.publish([toOutboxEntry(name, data, testContext())]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export type ServiceWorld = Awaited<ReturnType<typeof startWorld>>;

/** The error code of a gRPC call, or OK. */
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );
