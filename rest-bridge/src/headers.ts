import { acceptRequestId } from '@minitwitter/service-kit/context';
import type { RequestHandler, Response } from 'express';
import helmet, { type HelmetOptions } from 'helmet';

const exposed = [
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');

/** Give every answer a request id: the embedding server's, else the client's if it is well-formed, else a new one. */
export const identify: RequestHandler = (request, response, next) => {
  response.setHeader('X-Request-Id', acceptRequestId(requestIdOf(response) || request.get('x-request-id')));
  next();
};

export const requestIdOf = (response: Response): string => String(response.getHeader('X-Request-Id') ?? '');

/**
 * Security headers. HSTS is left to the proxy that ends TLS: over plain HTTP it must not be sent (RFC 6797, section 7.2), and
 * on a host's plain port it would lock browsers out.
 */
export const protect = (options: Pick<HelmetOptions, 'contentSecurityPolicy' | 'crossOriginResourcePolicy'> = {}) =>
  helmet({ ...options, strictTransportSecurity: false });

/** What gives any origin access (Fetch standard), without cookies: credentials travel in `Authorization`. */
export const crossOrigin = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': exposed };

/** Cross-origin access for any origin, and the answer to those who ask first. */
export const allowOrigins: RequestHandler = (request, response, next) => {
  for (const [name, value] of Object.entries(crossOrigin)) response.setHeader(name, value);
  if (request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined) {
    response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, PUT, DELETE');
    response.setHeader(
      'Access-Control-Allow-Headers',
      'Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Request-Id',
    );
    response.setHeader('Access-Control-Max-Age', '7200');
  }
  next();
};
