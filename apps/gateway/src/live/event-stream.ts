import type { Request, Response } from 'express';
import type { GraphQLFormattedError } from 'graphql/index.js';
import type { Sink } from './operations.ts';

const tooSlowBytes = 1024 * 1024;
const head = Buffer.from('event: next\ndata: ');
const end = Buffer.from('\n\n');

type EventStreamOptions = { keepAliveMs: number; overflow: () => void };

/** An answer in the events of the graphql-sse protocol; disposing stops the comments that keep the connection alive. */
export function createEventStream(
  request: Request,
  response: Response,
  { keepAliveMs, overflow }: EventStreamOptions,
): Sink & { complete: (failures?: readonly GraphQLFormattedError[]) => void } & Disposable {
  let keepAlive: NodeJS.Timeout | undefined;

  function begin(): void {
    if (response.headersSent || response.destroyed) return;
    request.socket.setNoDelay(true);
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write(':\n\n');
    keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs);
  }

  return {
    begin,
    next: (payload) => {
      if (response.writableEnded || response.destroyed) return undefined;
      if (response.writableLength > tooSlowBytes) {
        overflow();
        return undefined;
      }
      return response.write(Buffer.concat([head, payload, end])) ? undefined : untilDrained(response);
    },
    overflow,
    complete: (failures) => {
      begin();
      if (failures) response.write(`event: next\ndata: ${JSON.stringify({ errors: failures })}\n\n`);
      response.write('event: complete\ndata:\n\n');
    },
    [Symbol.dispose]: () => clearInterval(keepAlive),
  };
}

const untilDrained = (response: Response): Promise<void> =>
  new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle);
      resolve();
    };
    response.on('drain', settle).on('close', settle);
  });
