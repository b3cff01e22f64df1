import { readFile } from 'node:fs/promises';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { StartError } from '@minitwitter/service-kit/lifecycle';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { DataSource } from './data-source.ts';
import type { EdgeContext } from './edge-context.ts';

type SupergraphOptions = {
  /** Path of a composed supergraph SDL. */
  file: string;
  /** What answers for each subgraph, by name; the URLs in the SDL are not used. */
  subgraphs: ReadonlyMap<string, Pick<DataSource, 'ask'>>;
  log: Logger;
};

const planCacheMiB = 30;

/** A gateway over the composed graph; throws a StartError when the file or one of its subgraphs is missing. */
export async function openGateway({ file, subgraphs, log }: SupergraphOptions): Promise<ApolloGateway> {
  const supergraphSdl = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new StartError(`The supergraph cannot be read: ${cause.message}`);
  });
  // The library sends usage data unless its own switch says no.
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  return new ApolloGateway({
    supergraphSdl,
    logger: log,
    experimental_approximateQueryPlanStoreMiB: planCacheMiB,
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const subgraph = subgraphs.get(name);
      if (!subgraph) throw new StartError(`The supergraph names a subgraph that the edge has no URL of: ${name}.`);
      return dataSourceOf(subgraph);
    },
  });
}

const dataSourceOf = ({ ask }: Pick<DataSource, 'ask'>): GraphQLDataSource<EdgeContext> => ({
  process: async (options) => {
    if (!('incomingRequestContext' in options)) throw new Error('Subgraphs are asked on behalf of clients only.');
    return ask(options.request, options.context);
  },
});
