import type { Request, Response } from 'express';
import type { Answer } from './answer.ts';
import { matchesEtag } from './etag.ts';
import { showExhausted } from './rate-limit.ts';

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Send an answer; a read whose ETag the client has is answered 304 without a body. */
export function send(request: Request, response: Response, { status, headers, body }: Answer): void {
  response.setHeader('Cache-Control', isRead(request.method) ? 'private, no-cache' : 'no-store');
  response.vary('Authorization');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (status === 429 && headers['Retry-After'] !== undefined) showExhausted(response, headers['Retry-After']);
  if (status === 200 && isRead(request.method) && matchesEtag(request.get('if-none-match'), headers.ETag ?? '')) {
    response.removeHeader('Content-Type');
    response.status(304).end();
    return;
  }
  response.status(status);
  if (body === null) {
    response.end();
    return;
  }
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
