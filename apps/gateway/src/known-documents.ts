import type { ApolloGateway } from '@apollo/gateway';
import type { ApolloServerPlugin } from '@apollo/server';
import { countLookups } from '@minitwitter/service-kit/metrics';
import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { EdgeContext } from './edge-context.ts';

const maxRemembered = 1000;
const lookups = countLookups('operation');
/** In characters of source; the parsed documents are those that Apollo Server remembers too. */
const maxRememberedSource = 500_000;

/**
 * Documents that Apollo Server has found valid, by the SHA-256 of their text in hexadecimal, until the graph changes: the
 * plugin learns them.
 */
export function createKnownDocuments(gateway: Pick<ApolloGateway, 'onSchemaLoadOrUpdate'>) {
  const known = new LRUCache<string, DocumentNode>({ max: maxRemembered, maxSize: maxRememberedSource });
  let current: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    current = apiSchema;
    known.clear();
  });
  const plugin: ApolloServerPlugin<EdgeContext> = {
    requestDidStart: async () => ({
      didResolveOperation: async ({ schema, document, queryHash, source }) => {
        // The graph may have changed since the document was checked against it.
        if (schema === current) known.set(queryHash, document, { size: source.length });
      },
    }),
  };
  return {
    plugin,
    /** The document if it is known and the name means one query or mutation of it. */
    find: (digest: string, operationName: string | undefined): DocumentNode | undefined => {
      const document = known.get(digest);
      if (document) lookups.hit();
      else lookups.miss();
      const operation = document && getOperationAST(document, operationName);
      return operation && operation.operation !== 'subscription' ? document : undefined;
    },
  };
}

export type KnownDocuments = ReturnType<typeof createKnownDocuments>;
