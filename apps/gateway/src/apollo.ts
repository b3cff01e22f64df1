import { ApolloServer, type ApolloServerOptionsWithGateway, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { createDocumentStore } from '@minitwitter/service-kit/document-store';
import { formatGraphqlError, fromExtensionCode } from '@minitwitter/service-kit/graphql-errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { EdgeContext } from './edge-context.ts';
import { requireOperation } from './operation-check.ts';
import { tellRetryAfter } from './retry-after.ts';

type Gateway = ApolloServerOptionsWithGateway<EdgeContext>['gateway'];

const notSupported = 'PERSISTED_QUERY_NOT_SUPPORTED';
/** Each error costs a search for what was meant. */
const maxValidationErrors = 20;

/** A started Apollo Server that executes on the gateway; disposing stops both. */
export async function startApollo(
  gateway: Gateway,
  maxTokens: number,
  log: Logger,
  plugins: readonly ApolloServerPlugin<EdgeContext>[] = [],
) {
  const server = new ApolloServer<EdgeContext>({
    gateway,
    logger: log,
    introspection: true,
    cache: 'bounded',
    documentStore: createDocumentStore(),
    persistedQueries: false,
    parseOptions: { maxTokens },
    validationOptions: { maxErrors: maxValidationErrors },
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [
      ...plugins,
      logUnknownErrors,
      requireOperation,
      tellRetryAfter,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError,
  });
  await server.start();
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.stop() });
}

/** What a client is told of an error; what is unknown is masked. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (formatted.extensions?.code === notSupported) return formatted;
  return formatGraphqlError(asContract(formatted), error, () => undefined);
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

/** With the codes of the contract: the server's own for bad requests are one there; what is our fault has none, and is masked. */
function asContract(formatted: GraphQLFormattedError): GraphQLFormattedError {
  if (isOwnFault(formatted)) return { ...formatted, extensions: {} };
  if (!requestFaults.has(String(formatted.extensions?.code))) return formatted;
  return { ...formatted, extensions: { ...formatted.extensions, code: 'BAD_USER_INPUT' } };
}

/** Log what clients get masked. */
export function logUnknown(errors: readonly GraphQLError[], log: Logger): void {
  for (const error of errors) {
    const { code } = error.extensions;
    const isUnknown = isOwnFault(error) || (code !== notSupported && fromExtensionCode(code) === 'INTERNAL');
    if (isUnknown) log.error({ err: error.originalError ?? error, path: error.path }, 'operation failed');
  }
}

/** What a client gets masked is logged here, with the id of its request. */
const logUnknownErrors: ApolloServerPlugin<EdgeContext> = {
  requestDidStart: async ({ contextValue }) => ({
    didEncounterErrors: async ({ errors }) => logUnknown(errors, contextValue.log),
  }),
};
