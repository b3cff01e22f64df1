import { remainingMs } from '@minitwitter/service-kit/context';
import { unavailable } from '@minitwitter/service-kit/errors';
import { Pool } from 'undici';
import { z } from 'zod';
import type { Execute, ExecuteRequest } from './execute.ts';

const maxConnections = 64;
const maxResponseBytes = 8_000_000;

const graphqlResult = z.object({
  data: z.record(z.string(), z.unknown()).nullable().exactOptional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).exactOptional(),
        extensions: z.record(z.string(), z.unknown()).exactOptional(),
      }),
    )
    .exactOptional(),
});

/**
 * An executor over HTTP to a gateway's `/graphql`, on kept-alive connections. Throws UNAVAILABLE when the gateway cannot be
 * reached, does not answer within the deadline, or answers something else than GraphQL.
 */
export function createHttpExecute(gatewayUrl: string): {
  execute: Execute;
  [Symbol.asyncDispose]: () => Promise<void>;
} {
  const { origin, pathname } = new URL('graphql', gatewayUrl.endsWith('/') ? gatewayUrl : `${gatewayUrl}/`);
  const pool = new Pool(origin, {
    connections: maxConnections,
    connect: { timeout: 2000 },
    maxResponseSize: maxResponseBytes,
  });

  const execute: Execute = async (request) => {
    const signal = AbortSignal.timeout(remainingMs(request));
    const { operation, variables } = request;
    const body = JSON.stringify({ operationName: operation.name, query: operation.source, variables });
    try {
      const answer = await pool.request({ method: 'POST', path: pathname, headers: headersOf(request), body, signal });
      return graphqlResult.parse(await answer.body.json());
    } catch (error) {
      throw unavailable('The gateway', error);
    }
  };
  return { execute, [Symbol.asyncDispose]: () => pool.close() };
}

function headersOf(request: ExecuteRequest): Record<string, string> {
  const { authorization, requestId, traceparent, clientIp, userAgent } = request;
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-request-id': requestId,
    traceparent,
    'x-timeout-ms': String(remainingMs(request)),
    ...(authorization === undefined ? {} : { authorization }),
    ...(clientIp === undefined ? {} : { 'x-forwarded-for': clientIp }),
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
  };
}
