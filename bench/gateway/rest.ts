import { loadOperations } from '@minitwitter/rest-bridge/operations';
import { loadApiSchema } from '@minitwitter/rest-bridge/schema';
import { measure, median } from '../support/measure.ts';
import { atOnce, type Subject } from './rounds.ts';

/** CPU of edge and services together, in milliseconds a request: a REST route, and its operation by GraphQL. */
export type RestFigures = { rest: number; graphql: number };

type Plan = {
  ours: Subject;
  servicesPid: number;
  supergraphFile: string;
  rounds: number;
  requests: number;
  nextToken: () => string;
};

/** Measure `GET /api/v1/tweets` of our edge against a POST of the operation that the route stands for, in turns. */
export async function compareRest(plan: Plan): Promise<RestFigures> {
  const { ours, servicesPid, supergraphFile, rounds, requests, nextToken } = plan;
  const operation = loadOperations(loadApiSchema(supergraphFile)).get('ListTweets');
  const body = { query: operation?.source, operationName: operation?.name, variables: { first: 20, signedIn: true } };
  const total = async (send: () => Promise<unknown>) => {
    const { cpu } = await measure([ours.pid, servicesPid], requests, atOnce, async () => void (await send()));
    return cpu.reduce((sum, one) => sum + one, 0);
  };
  const samples: RestFigures[] = [];
  for (let round = 0; round <= rounds; round++) {
    const rest = await total(() => ours.client.send('/api/v1/tweets', nextToken()));
    const graphql = await total(() => ours.client.send('/graphql', nextToken(), body));
    if (round > 0) samples.push({ rest, graphql });
  }
  return { rest: median(samples.map((one) => one.rest)), graphql: median(samples.map((one) => one.graphql)) };
}
