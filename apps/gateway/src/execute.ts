import type { ApolloServer } from '@apollo/server';
import type { Execute } from '@minitwitter/rest-bridge/execute';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { EdgeContext } from './edge-context.ts';

/**
 * Execute the bridge's operations in this process. The same text comes every time, so that parsing, validation and planning
 * are found in the caches. The caller is left to the subgraphs, which verify the credentials for themselves.
 */
export function createExecute(server: Pick<ApolloServer<EdgeContext>, 'executeOperation'>, log: Logger): Execute {
  return async ({ operation, variables, clientIp, userAgent, ...request }) => {
    const contextValue: EdgeContext = {
      ...request,
      caller: null,
      authError: null,
      log: log.child({ requestId: request.requestId }),
      clientIp,
      userAgent,
    };
    const { body } = await server.executeOperation(
      { query: operation.source, operationName: operation.name, variables },
      { contextValue },
    );
    if (body.kind !== 'single') throw new Error('The graph answers in one piece.');
    const { data, errors } = body.singleResult;
    return { ...(data !== undefined && { data }), ...(errors !== undefined && { errors }) };
  };
}
