import { bounds } from '@minitwitter/service-kit/bounds';
import { unavailable } from '@minitwitter/service-kit/errors';
import { z } from 'zod';
import { isGraphqlResponse } from './data-source.ts';
import { subgraphFields } from './edge-context.ts';
import { bodyOf } from './executor/run.ts';
import { BodyTooLargeError } from './http1/errors.ts';
import { createHttpPool } from './http1/pool.ts';
import { noFields } from './http1/request-message.ts';
import { type SubgraphTransport, TooLargeError } from './transport.ts';

/** A service that answers, and says which of its own dependencies does not. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

const { connections: maxConnections, waiting: maxWaiting, maxAnswerBytes: maxBytes, connectMs, idleMs } = bounds.http;

/** Reach a subgraph over HTTP on kept-alive connections. */
export function createHttpTransport(service: string, baseUrl: string) {
  const { origin, pathname } = new URL(baseUrl);
  const base = pathname.replace(/\/+$/, '');
  const path = `${base}/graphql`;
  const pool = createHttpPool({ origin, maxConnections, maxWaiting, maxBytes, connectMs, idleMs });

  const transport: SubgraphTransport = async (call, context, timeoutMs) => {
    try {
      const fields = subgraphFields(context, timeoutMs);
      const { status, text } = await pool.request({ method: 'POST', path, fields, body: bodyOf(call) }, timeoutMs);
      const answer: unknown = JSON.parse(text);
      if (isGraphqlResponse(answer)) return answer;
      throw new Error(`HTTP ${status} without a GraphQL response`);
    } catch (error) {
      throw error instanceof BodyTooLargeError ? new TooLargeError(error.message) : error;
    }
  };

  return {
    transport,
    /** Rejects unless the service says that it is ready; with a NotReadyError when it says what it misses. */
    checkReady: async (): Promise<void> => {
      const request = { method: 'GET', path: `${base}/readyz`, fields: noFields } as const;
      const { status, text } = await pool.request(request, bounds.health.edgeMs);
      if (status !== 200) throw notReady(text) ?? unavailable(service);
    },
    [Symbol.asyncDispose]: async (): Promise<void> => pool[Symbol.dispose](),
  };
}

const unreadiness = z.object({ checks: z.record(z.string().max(40), z.string().max(100)) });

function notReady(text: string): NotReadyError | null {
  const { checks } = unreadiness.safeParse(parsed(text)).data ?? { checks: {} };
  const failed = Object.entries(checks).filter(([, state]) => state !== 'ok');
  return failed.length === 0 ? null : new NotReadyError(failed.map(([name, state]) => `${name} ${state}`).join(', '));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
