import { z } from 'zod';
import { start } from '../start.ts';
import { serveFakeGraph } from './fake-graph.ts';
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

/** An edge over fake services, over HTTP or in process; `release` lets `tweet(id: "slow")` answer. */
export async function openPlatform({ inProcess = false } = {}) {
  await using stack = new AsyncDisposableStack();
  const slow = Promise.withResolvers<void>();
  const graph = await serveFakeGraph(slow.promise);
  for (const { http } of graph.values()) stack.use(http);
  const auth = await serveFakeAuth();
  stack.use(auth.server);
  const edge = stack.use(await start(configOver(graph, auth.server.port), inProcess ? answersOf(graph) : undefined));
  const all = stack.move();
  return {
    graph,
    auth,
    edge,
    release: slow.resolve,
    ask: async (query: string, headers?: Record<string, string>) =>
      graphqlAnswer.parse(await (await post(edge.url, { query }, headers)).json()),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
