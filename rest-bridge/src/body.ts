import express, { type Request, type RequestHandler, type Response } from 'express';
import { contentTooLarge, Problem, problemKinds } from './problem.ts';

/** What a body may have at most. */
export const maxBytes = 100_000;
const readBytes = express.raw({ limit: maxBytes, type: () => true });
const utf8 = new TextDecoder('utf-8', { fatal: true });
const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i;

/** Whether a request announces a body that is too large. */
export const announcesTooMuch = (request: Request): boolean => Number(request.get('content-length')) > maxBytes;

/** Refuse a body that is too large (413) by its announced length, before it comes. */
export const refuseLarge: RequestHandler = (request, _response, next) => {
  next(announcesTooMuch(request) ? contentTooLarge() : undefined);
};

/**
 * The JSON body of a request, `{}` for none; a Problem for another type (415), over 100,000 bytes (413), or what is not
 * UTF-8 JSON (400).
 */
export async function readBody(request: Request, response: Response): Promise<unknown> {
  const type = request.get('content-type');
  const sent = request.get('transfer-encoding') !== undefined || Number(request.get('content-length') ?? 0) > 0;
  if (!sent) return {};
  if (type === undefined || !jsonType.test(type)) {
    throw new Problem('unsupported-media-type', problemKinds['unsupported-media-type'].meaning);
  }
  await new Promise<void>((resolve, reject) => {
    readBytes(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
  const bytes: unknown = request.body;
  return bytes instanceof Uint8Array && bytes.length > 0 ? parseJson(bytes) : {};
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new Problem('invalid-argument', 'The body is not JSON in UTF-8.', { cause: error });
  }
}
