import { unavailable } from '@minitwitter/service-kit/errors';
import { errors, Pool } from 'undici';
import { z } from 'zod';
import { isGraphqlResponse } from './data-source.ts';
import { subgraphHeaders } from './edge-context.ts';
import { bodyOf } from './executor/run.ts';
import { postJson } from './http-post.ts';
import { type SubgraphTransport, TooLargeError } from './transport.ts';

/** A service that answers, and says which of its own dependencies does not. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

const poolOptions = {
  connections: 64,
  pipelining: 1,
  connectTimeout: 2000,
  headersTimeout: 15_000,
  bodyTimeout: 15_000,
  maxResponseSize: 8 * 1024 * 1024,
};
const readyTimeoutMs = 1500;

/** Reach a subgraph over HTTP on kept-alive connections. */
export function createHttpTransport(service: string, baseUrl: string) {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, '');
  const path = `${base}/graphql`;
  const pool = new Pool(origin, poolOptions);

  const transport: SubgraphTransport = async (call, context, timeoutMs) => {
    try {
      const request = { path, headers: subgraphHeaders(context, timeoutMs), body: bodyOf(call) };
      const { status, body } = await postJson(pool, request, timeoutMs);
      if (isGraphqlResponse(body)) return body;
      throw new Error(`HTTP ${status} without a GraphQL response`);
    } catch (error) {
      throw error instanceof errors.ResponseExceededMaxSizeError ? new TooLargeError(error.message) : error;
    }
  };

  return {
    transport,
    /** Rejects unless the service says that it is ready; with a NotReadyError when it says what it misses. */
    checkReady: async (): Promise<void> => {
      const signal = AbortSignal.timeout(readyTimeoutMs);
      const { statusCode, body } = await pool.request({ path: `${base}/readyz`, method: 'GET', signal });
      const answer: unknown = await body.json().catch(() => null);
      if (statusCode !== 200) throw notReady(answer) ?? unavailable(service);
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

const unreadiness = z.object({ checks: z.record(z.string().max(40), z.string().max(100)) });

function notReady(answer: unknown): NotReadyError | null {
  const { checks } = unreadiness.safeParse(answer).data ?? { checks: {} };
  const failed = Object.entries(checks).filter(([, state]) => state !== 'ok');
  return failed.length === 0 ? null : new NotReadyError(failed.map(([name, state]) => `${name} ${state}`).join(', '));
}
