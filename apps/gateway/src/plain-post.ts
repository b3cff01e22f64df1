import type { IncomingMessage } from 'node:http';
import { maxBytes } from '@minitwitter/rest-bridge/body';
import { isObjectLike } from './executor/values.ts';

const json = /^application\/json(?: *; *charset=utf-8)?$/i;
const graphqlType = 'application/graphql-response+json';
const answerTypes = new Map<string | undefined, string>([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  [graphqlType, graphqlType],
]);

/**
 * The media type to answer with, of a POST to `/graphql` that says in the usual words what it brings and wants; undefined for
 * any other request, which needs negotiation, decoding or another method.
 */
export function plainPostType({ method, url, headers }: IncomingMessage): string | undefined {
  if (method !== 'POST' || url !== '/graphql') return undefined;
  const isPlain =
    json.test(headers['content-type'] ?? '') &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined &&
    Number(headers['content-length']) <= maxBytes;
  return isPlain ? answerTypes.get(headers.accept) : undefined;
}

/** A body that was read: what its JSON says, or null when it is not an object or a list in JSON. */
export type ReadBody = object | null;

/** Read a body whose announced length is bounded; undefined when it does not come whole. */
export function readPlainBody(request: IncomingMessage): Promise<ReadBody | undefined> {
  const { promise, resolve } = Promise.withResolvers<ReadBody | undefined>();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.once('error', () => resolve(undefined));
  request.once('end', () => resolve(parse(chunks)));
  return promise;
}

const byteOrderMark = '\uFEFF';

function parse(chunks: readonly Buffer[]): ReadBody {
  const [only, ...others] = chunks;
  const text = (only && others.length === 0 ? only : Buffer.concat(chunks)).toString('utf8');
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text.startsWith(byteOrderMark) ? text.slice(1) : text);
    return isObjectLike(body) ? body : null;
  } catch {
    return null;
  }
}

const kept = new WeakMap<IncomingMessage, ReadBody>();

/** Keep a body that was read for whoever answers the request after all. */
export const keepBody = (request: IncomingMessage, body: ReadBody): void => void kept.set(request, body);

/** The body that was kept; undefined when it has not been read. */
export const keptBody = (request: IncomingMessage): ReadBody | undefined => kept.get(request);
