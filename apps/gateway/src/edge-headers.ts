import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { crossOrigin, protect } from '@minitwitter/rest-bridge/headers';

/** The security headers of every answer of the edge. */
export const protectEdge = protect({ contentSecurityPolicy: { directives: { 'upgrade-insecure-requests': null } } });

/** What every answer to an operation has, names and values in turn. */
export const operationHeaders: readonly string[] = fixedHeaders();

function fixedHeaders(): string[] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  protectEdge(request, response, () => undefined);
  const fixed = { ...response.getHeaders(), ...crossOrigin, 'Cache-Control': 'no-store' };
  return Object.entries(fixed).flatMap(([name, value]) => [name, String(value)]);
}
