import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { EdgeContext } from './edge-context.ts';

/** Refuse what the gateway cannot execute, before it tries: no operation, or one that is not answered once. */
export const requireOperation: ApolloServerPlugin<EdgeContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, request }) => {
      const name = request.operationName;
      if (!operation) throw refused(name ? `There is no operation ${name}.` : 'Name the operation: there are several.');
      if (operation.operation === 'subscription') throw refused('Subscriptions are served over WebSocket.');
    },
  }),
};

const refused = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
