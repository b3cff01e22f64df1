import type { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { formatGraphqlError, fromExtensionCode } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { GraphQLFormattedError } from 'graphql';
import type { EdgeContext } from './edge-context.ts';

const notSupported = 'PERSISTED_QUERY_NOT_SUPPORTED';
/** Each error costs a search for what was meant. */
const maxValidationErrors = 20;

/** A started Apollo Server that executes on the gateway; disposing stops both. */
export async function startApollo(gateway: ApolloGateway, maxTokens: number, log: Logger) {
  const server = new ApolloServer<EdgeContext>({
    gateway,
    logger: log,
    introspection: true,
    cache: 'bounded',
    persistedQueries: false,
    parseOptions: { maxTokens },
    validationOptions: { maxErrors: maxValidationErrors },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      logUnknownErrors,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError: (formatted, error) => {
      if (formatted.extensions?.code === notSupported) return formatted;
      const told = isOwnFault(formatted) ? { ...formatted, extensions: {} } : formatted;
      return formatGraphqlError(told, error, () => undefined);
    },
  });
  await server.start();
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.stop() });
}

const requestFaults = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
]);

/** Whether a subgraph found fault with the request that the edge made of the client's: not the client's doing. */
const isOwnFault = ({ extensions }: Pick<GraphQLFormattedError, 'extensions'>): boolean =>
  extensions?.serviceName !== undefined && requestFaults.has(String(extensions.code));

/** What a client gets masked is logged here, with the id of its request. */
const logUnknownErrors: ApolloServerPlugin<EdgeContext> = {
  requestDidStart: async ({ contextValue }) => ({
    didEncounterErrors: async ({ errors }) => {
      for (const error of errors) {
        const { code } = error.extensions;
        const isUnknown = isOwnFault(error) || (code !== notSupported && fromExtensionCode(code) === 'INTERNAL');
        if (isUnknown)
          contextValue.log.error({ err: error.originalError ?? error, path: error.path }, 'operation failed');
      }
    },
  }),
};
