import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { openEmbeddedRedis } from '@minitwitter/embedded/redis';
import { unauthenticated } from '@minitwitter/service-kit/errors';
import { createLogger } from '@minitwitter/service-kit/logger';
import express from 'express';
import type { Redis } from 'ioredis';
import { createRestBridge } from '../bridge.ts';
import { createDocs } from '../docs.ts';
import type { Authenticate, Execute } from '../execute.ts';
import { createRateLimits, type RateQuotas } from '../rate-limit.ts';
import { loadApiSchema } from '../schema.ts';
import { adaId, createFakeGraph, defaultResolvers, type Resolvers } from './fake-graph.ts';

export const schema = loadApiSchema(new URL('../../../supergraph.graphql', import.meta.url));

export type Call = { body?: unknown; token?: string | null; headers?: Record<string, string>; raw?: string };
export type Reply = { status: number; headers: Headers; text: string; body: unknown };

const authenticateBut =
  (ended: ReadonlySet<string>): Authenticate =>
  async (authorization) => {
    if (authorization === undefined) return null;
    const [, userId] = /^Bearer (.+)$/.exec(authorization) ?? [];
    if (userId === undefined || userId === 'bad') throw unauthenticated('The token is not good.');
    if (ended.has(userId)) throw unauthenticated('The session has ended.');
    return { userId: userId === 'ada' ? adaId : userId, sessionId: 's', role: 'user' };
  };

/** A Redis of its own. */
export const freshRedis = (): Redis => openEmbeddedRedis(randomUUID());

type Options = { resolvers?: Resolvers; quotas?: RateQuotas; redis?: Redis; execute?: Execute; ended?: Set<string> };

/** A bridge over a fake graph on a free port; `call` is made as Ada unless it says otherwise; tokens in `ended` are refused. */
export async function startBridge(options: Options = {}) {
  const { resolvers = {}, quotas, redis = freshRedis(), execute, ended = new Set() } = options;
  const authenticate = authenticateBut(ended);
  const graph = createFakeGraph(schema, { ...defaultResolvers, ...resolvers });
  const log = createLogger('rest-bridge', 'silent');
  const limits = quotas ? createRateLimits({ redis, log, quotas }) : null;
  const app = express().disable('x-powered-by').set('trust proxy', 1).use('/docs', createDocs());
  app.use('/api/v1', createRestBridge({ schema, execute: execute ?? graph.execute, authenticate, redis, limits, log }));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  const call = async (
    method: string,
    path: string,
    { body, token = 'ada', headers = {}, raw }: Call = {},
  ): Promise<Reply> => {
    const response = await fetch(`${origin}${path.startsWith('/docs') ? '' : '/api/v1'}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(raw === undefined ? {} : { body: raw }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    };
  };
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    redis.disconnect();
  };
  return { call, requests: graph.requests, redis, [Symbol.asyncDispose]: close };
}
