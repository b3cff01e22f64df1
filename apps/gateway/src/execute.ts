import type { ApolloServer } from '@apollo/server';
import type { Execute } from '@minitwitter/rest-bridge/execute';
import type { Logger } from '@minitwitter/service-kit/logger';
import { contextOf, type EdgeContext } from './edge-context.ts';

/**
 * Execute the bridge's operations in this process by Apollo Server. The same text comes every time, so that parsing,
 * validation and planning are found in the caches.
 */
export function createExecute(server: Pick<ApolloServer<EdgeContext>, 'executeOperation'>, log: Logger): Execute {
  return async (request) => {
    const { operation, variables } = request;
    const { body } = await server.executeOperation(
      { query: operation.source, operationName: operation.name, variables },
      { contextValue: contextOf(request, log) },
    );
    if (body.kind !== 'single') throw new Error('The graph answers in one piece.');
    const { data, errors } = body.singleResult;
    return { ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) };
  };
}
