import type { ApolloServer } from '@apollo/server';
import type { Execute } from '@minitwitter/rest-bridge/execute';
import type { Logger } from '@minitwitter/service-kit/logger';
import { contextOf, type EdgeContext } from './edge-context.ts';
import type { OperationRequest } from './operation-request.ts';

type Server = Pick<ApolloServer<EdgeContext>, 'executeOperation'>;

/** Execute a query or a mutation by Apollo Server. */
export async function executeOnce(
  server: Server,
  { operationName, ...request }: OperationRequest,
  contextValue: EdgeContext,
) {
  const named = operationName === undefined ? request : { ...request, operationName };
  const { body } = await server.executeOperation(named, { contextValue });
  if (body.kind !== 'single') throw new Error('The graph answers in one piece.');
  return body.singleResult;
}

/**
 * Execute the bridge's operations in this process by Apollo Server. The same text comes every time, so that parsing,
 * validation and planning are found in the caches.
 */
export function createExecute(server: Server, log: Logger): Execute {
  return async (request) => {
    const { operation, variables } = request;
    const asked = { query: operation.source, operationName: operation.name, variables };
    const { data, errors } = await executeOnce(server, asked, contextOf(request, log));
    return { ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) };
  };
}
