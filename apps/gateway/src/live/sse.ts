import { once } from 'node:events';
import { subjectOfUser } from '@minitwitter/rest-bridge/address';
import type { RateLimits } from '@minitwitter/rest-bridge/rate-limit';
import type { RequestHeaders } from '@minitwitter/service-kit/context-factory';
import { DomainError, hasCode, unauthenticated, unavailable } from '@minitwitter/service-kit/errors';
import type { Logger } from '@minitwitter/service-kit/logger';
import type { Request, RequestHandler, Response } from 'express';
import type { GraphQLFormattedError } from 'graphql/index.js';
import { requestOf } from '../operation-request.ts';
import { contextHeadersOf } from '../request-headers.ts';
import type { Admission, Callers } from './callers.ts';
import { createEventStream } from './event-stream.ts';
import { failuresOf, RequestErrors } from './failures.ts';
import type { RunOperation } from './operations.ts';
import type { Places } from './places.ts';

type SseDeps = {
  callers: Callers;
  run: RunOperation;
  places: Places;
  /** Null turns rate limits off. */
  limits: RateLimits | null;
  log: Logger;
  timings?: typeof sseTimings;
};

/** In milliseconds; `closeMs` is what the reader may take to read the end. */
export const sseTimings = { keepAliveMs: 15_000, closeMs: 5000 };

const mediaTypes = ['application/json', 'application/graphql-response+json', 'text/event-stream'];

/**
 * GraphQL over server-sent events, in the distinct connections mode of the graphql-sse protocol (PROTOCOL.md): a POST that
 * prefers `text/event-stream` is answered by `next` events and one `complete`. Disposing ends what is watched without that, so
 * that clients come again.
 */
export function createSse({ callers, run, places, limits, log, timings = sseTimings }: SseDeps) {
  const streams = new Set<AbortController>();
  let isClosing = false;

  const admit = (headers: RequestHeaders, request: Request, response: Response): Promise<Admission> =>
    callers.admit(headers).catch(async (error: unknown) => {
      await limits?.('read', request, response, null);
      throw error;
    });

  /** Resolves to whether all was answered; the signal's reason is why it was not. */
  async function answer(request: Request, response: Response, stop: AbortController, sink: EventStream) {
    const asked = requestOf(request.body);
    if (!asked) throw new DomainError('INVALID_ARGUMENT', 'The body must be a GraphQL request.');
    using held = new DisposableStack();
    const headers = contextHeadersOf(request, response);
    const admission = await admit(headers, request, response);
    const { caller } = admission.context;
    const place = caller && places.takeOf(subjectOfUser(caller.userId));
    if (caller && !place) throw new DomainError('RESOURCE_EXHAUSTED', 'Too many connections.');
    if (place) held.use(place);
    const end = () => stop.abort(unauthenticated('The token has expired or its session has ended.'));
    held.use(callers.guard(admission, headers, end));
    return await run(asked, {
      currentContext: () => admission.context,
      count: async (policy, cost) => limits?.(policy, request, response, caller?.userId ?? null, cost),
      sink,
      signal: stop.signal,
    });
  }

  async function serve(request: Request, response: Response): Promise<void> {
    if (isClosing || places.isFull()) return refuse(response, 503, failuresOf(unavailable('The edge'), log));
    using held = new DisposableStack();
    held.use(places.enter());
    const stop = new AbortController();
    streams.add(stop);
    held.defer(() => streams.delete(stop));
    response.once('close', () => stop.abort());
    const overflow = () => stop.abort(new DomainError('RESOURCE_EXHAUSTED', 'The reader is too slow.'));
    const sink = held.use(createEventStream(request, response, { keepAliveMs: timings.keepAliveMs, overflow }));
    try {
      const isComplete = await answer(request, response, stop, sink);
      if (response.destroyed) return;
      if (isComplete) sink.complete();
      else if (stop.signal.reason instanceof DomainError) sink.complete(failuresOf(stop.signal.reason, log));
      else return void response.destroy();
    } catch (error) {
      const failures = failuresOf(error, log);
      const status = response.headersSent ? undefined : statusOf(error);
      if (status === undefined) sink.complete(failures);
      else return refuse(response, status, failures);
    }
    response.end();
    await once(response, 'close', { signal: AbortSignal.timeout(timings.closeMs) }).catch(() => response.destroy());
  }

  const handle: RequestHandler = (request, response, next) => {
    if (request.accepts(mediaTypes) !== 'text/event-stream') return next();
    serve(request, response).catch(next);
  };

  return {
    handle,
    [Symbol.dispose]: () => {
      isClosing = true;
      for (const stop of streams) stop.abort();
    },
  };
}

type EventStream = ReturnType<typeof createEventStream>;

/** Faults of the request itself have a status of their own; what else fails is told by the stream. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof RequestErrors || hasCode(error, 'INVALID_ARGUMENT')) return 400;
  return hasCode(error, 'RESOURCE_EXHAUSTED') ? 429 : undefined;
}

function refuse(response: Response, status: number, errors: readonly GraphQLFormattedError[]): void {
  response.status(status).set('Content-Type', 'application/json; charset=utf-8').end(JSON.stringify({ errors }));
}
