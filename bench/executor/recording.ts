import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { startFreshStandalone } from '@minitwitter/e2e/standalone';
import type { ServiceName } from '@minitwitter/service-kit/config';
import { parse } from 'graphql';
import { createCompiledExecutor } from '../../apps/gateway/src/executor/executor.ts';
import { bodyOf, type SubgraphCall, type SubgraphResponse } from '../../apps/gateway/src/executor/run.ts';
import { type GatewayOperation, operations } from '../gateway/operations.ts';
import { plantWorld } from '../gateway/world.ts';

type Answer = (call: SubgraphCall) => Promise<SubgraphResponse>;

/** What subgraphs answered to which calls, as JSON. */
export type Recording = ReadonlyMap<string, string>;

const keyOf = (call: SubgraphCall): string => `${call.service} ${bodyOf(call)}`;

/** Execute operations over subgraphs that answer so; code is generated for what was asked for so often. */
export async function openExecutor(answer: Answer, usesBeforeGenerated: number) {
  const supergraphSdl = await readFile(resolve(import.meta.dirname, '../../supergraph.graphql'), 'utf8');
  const executor = createCompiledExecutor<null>({
    gateway: new ApolloGateway({ supergraphSdl }),
    send: answer,
    isContext: (value) => value === null,
    limits: { operations: 100, characters: 1_000_000, usesBeforeGenerated },
  });
  await executor.gateway.load({ apollo: {} });
  const documents = new Map(operations.map(({ name, body }) => [name, parse(body.query)]));
  return async ({ name, body }: GatewayOperation) => {
    const document = documents.get(name) ?? parse(body.query);
    return executor.execute({ document, documentKey: name, variables: body.variables, context: null });
  };
}

/** Execute each operation once on the platform, and keep what its subgraphs answered. */
export async function record(): Promise<Recording> {
  await using platform = await startFreshStandalone({ NODE_ENV: 'production' });
  const [token] = await plantWorld(platform.url);
  const recording = new Map<string, string>();
  const ask: Answer = async (call) => {
    const response = await fetch(`${platform.subgraph(call.service as ServiceName)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: bodyOf(call),
    });
    const text = await response.text();
    recording.set(keyOf(call), text);
    return JSON.parse(text);
  };
  const execute = await openExecutor(ask, Number.POSITIVE_INFINITY);
  for (const operation of operations) {
    const { errors } = await execute(operation);
    if (errors) throw new AggregateError(errors, `${operation.name} failed`);
  }
  return recording;
}

/** Answers of a recording; the texts that were used are noted. */
export function replay(recording: Recording) {
  let used: string[] = [];
  return {
    answer: async (call: SubgraphCall): Promise<SubgraphResponse> => {
      const text = recording.get(keyOf(call));
      if (text === undefined) throw new Error(`${call.service} was not asked this before: ${call.query}`);
      used.push(text);
      return JSON.parse(text);
    },
    takeUsed: (): readonly string[] => {
      const taken = used;
      used = [];
      return taken;
    },
  };
}
