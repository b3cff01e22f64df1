import { ApolloServer } from '@apollo/server';
import { createSystemContext } from '@minitwitter/service-kit/context-factory';
import { createLogger } from '@minitwitter/service-kit/logger';
import { expect, test } from 'vitest';
import type { EdgeContext } from './edge-context.ts';
import { requireOperation } from './operation-check.ts';

test('a subscription that the graph has is refused over HTTP', async () => {
  const typeDefs = 'type Query { a: Int } type Subscription { b: Int }';
  const server = new ApolloServer<EdgeContext>({ typeDefs, plugins: [requireOperation] });
  const contextValue = { ...createSystemContext(createLogger('test', 'silent')), clientIp: undefined };
  const { http, body } = await server.executeOperation({ query: 'subscription { b }' }, { contextValue });
  expect(http.status).toBe(400);
  expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
  await server.stop();
});
