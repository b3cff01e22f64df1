import { openRedis } from '@minitwitter/service-kit/redis';
import { createSessionDirectory } from '@minitwitter/service-kit/sessions';
import { z } from 'zod';
import { start } from '../start.ts';
import { serveFakeGraph } from './fake-graph.ts';
import { serveFakeLive } from './fake-live.ts';
import { answersOf, configOver, serveFakeAuth } from './fake-services.ts';

const graphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ extensions: z.unknown() })).optional(),
});

/** Send a GraphQL request by POST; a string body goes out as it is. */
export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The status of a GET, its body read to the end. */
export async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.arrayBuffer();
  return response.status;
}

type PlatformOptions = { inProcess?: boolean; env?: Readonly<Record<string, string>> };

/** An edge over fake services, over HTTP or in process; `release` lets `tweet(id: "slow")` answer. */
export async function openPlatform({ inProcess = false, env = {} }: PlatformOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const slow = Promise.withResolvers<void>();
  const graph = await serveFakeGraph(slow.promise);
  for (const { http } of graph.values()) stack.use(http);
  const auth = await serveFakeAuth();
  stack.use(auth.server);
  const live = await serveFakeLive(stack);
  const config = configOver(graph, { auth: auth.server.port, ...live.ports }, env);
  const redis = stack.adopt(await openRedis(config.REDIS_URL), (client) => client.disconnect());
  const sessions = stack.use(await createSessionDirectory({ redis, loadRecord: async () => null }));
  const edge = stack.use(await start(config, inProcess ? answersOf(graph) : undefined));
  const all = stack.move();
  return {
    graph,
    auth,
    live,
    edge,
    release: slow.resolve,
    ask: async (query: string, headers?: Record<string, string>) =>
      graphqlAnswer.parse(await (await post(edge.url, { query }, headers)).json()),
    /** End a user's session, as a logout does. */
    signOut: (user: string) => sessions.announce(new Map([[auth.end(user), null]])),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>;
