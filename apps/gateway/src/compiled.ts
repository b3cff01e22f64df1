import type { ApolloGateway } from '@apollo/gateway';
import { type DataSource, describeFailure } from './data-source.ts';
import { type EdgeContext, isEdgeContext } from './edge-context.ts';
import { type CompiledExecutor, createCompiledExecutor } from './executor/executor.ts';

/** Execute over these subgraphs what the gateway plans. */
export const compileOver = (
  gateway: ApolloGateway,
  subgraphs: ReadonlyMap<string, Pick<DataSource, 'send'>>,
): CompiledExecutor<EdgeContext> =>
  createCompiledExecutor<EdgeContext>({
    gateway,
    isContext: isEdgeContext,
    send: (call, context) => {
      const subgraph = subgraphs.get(call.service);
      if (!subgraph) throw new Error(`The plan names an unknown subgraph: ${call.service}.`);
      return subgraph.send(call, context);
    },
    describeFailure: (failure, { service }, { log }) => describeFailure(failure, service, log),
  });
