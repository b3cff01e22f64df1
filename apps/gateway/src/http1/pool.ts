import { type Connection, openConnection } from './connection.ts';
import { createDeadlines } from './deadlines.ts';
import { type HttpRequest, messageOf } from './request-message.ts';
import type { HttpAnswer } from './response-reader.ts';

type PoolOptions = {
  /** Where the server is, such as `http://tweet:4204`. */
  origin: string;
  /** Bounds of the connections, of the requests that wait for one, and of the body of an answer. */
  maxConnections: number;
  maxWaiting: number;
  maxBytes: number;
  connectMs: number;
  /** How long a connection is kept that nobody uses. */
  idleMs: number;
};

/** A request that is under way, or waits for a connection. */
type Call = {
  readonly message: string | Buffer;
  readonly at: number;
  readonly timeoutMs: number;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (reason: unknown) => void;
  line: Line | undefined;
};

/** A connection, and the call that it carries; `at` is when it is let go while it carries none, in epoch milliseconds. */
type Line = { connection: Connection; call: Call | undefined; at: number };

/** A connection that the server is about to close is not used: the request could cross with that. */
const marginMs = 1000;

const closed = () => new Error('The client is closed.');

/**
 * Requests to one server on kept-alive connections (RFC 9112), one at a time on each. It does what a gateway needs and no more, at a
 * fraction of what a general client costs a request.
 */
export function createHttpPool({ origin, maxConnections, maxWaiting, maxBytes, connectMs, idleMs }: PoolOptions) {
  const url = new URL(origin);
  const deadlines = createDeadlines<Call>(giveUp);
  const rests = createDeadlines<Line>(({ connection }) => connection.destroy(closed()));
  const lines = new Set<Line>();
  /** The one that was used last comes last, and is used first. */
  const idle: Line[] = [];
  const waiting = new Set<Call>();
  let isClosed = false;

  function openLine(): Line {
    const connection = openConnection({
      url,
      maxBytes,
      connectMs,
      onAnswer: (answer) => {
        const { call } = line;
        line.call = undefined;
        if (answer.isPersistent) release(line, answer);
        if (!call) return;
        deadlines.remove(call);
        call.resolve(answer);
      },
      onFailure: (reason) => {
        const { call } = line;
        line.call = undefined;
        if (call) reject(call, reason);
      },
      onClose: () => {
        lines.delete(line);
        rests.remove(line);
        const index = idle.indexOf(line);
        if (index >= 0) idle.splice(index, 1);
        beginNext();
      },
    });
    const line: Line = { connection, call: undefined, at: 0 };
    lines.add(line);
    return line;
  }

  function takeIdle(): Line | undefined {
    const now = Date.now();
    for (let line = idle.pop(); line; line = idle.pop()) {
      rests.remove(line);
      if (line.at > now && line.connection.isUsable()) return line;
      line.connection.destroy(closed());
    }
    return undefined;
  }

  function begin(call: Call): void {
    const line = takeIdle() ?? (lines.size < maxConnections ? openLine() : undefined);
    if (line) send(call, line);
    else if (waiting.size < maxWaiting) waiting.add(call);
    else reject(call, new Error('Too many requests wait for a connection.'));
  }

  function beginNext(): void {
    const [next] = waiting;
    if (!next) return;
    waiting.delete(next);
    begin(next);
  }

  function send(call: Call, line: Line): void {
    line.call = call;
    call.line = line;
    line.connection.send(call.message);
  }

  function release(line: Line, { keepAliveMs = Number.POSITIVE_INFINITY }: HttpAnswer): void {
    line.at = Date.now() + Math.min(idleMs, keepAliveMs - marginMs);
    rests.add(line);
    idle.push(line);
    if (waiting.size > 0) beginNext();
  }

  function reject(call: Call, reason: unknown): void {
    deadlines.remove(call);
    waiting.delete(call);
    call.reject(reason);
  }

  function giveUp(call: Call): void {
    const reason = new Error(`No answer within ${call.timeoutMs} ms`);
    if (call.line?.call === call) call.line.connection.destroy(reason);
    else reject(call, reason);
  }

  return {
    /** Rejects when there is no whole answer within `timeoutMs`, and then closes the connection. */
    request: (request: HttpRequest, timeoutMs: number): Promise<HttpAnswer> =>
      new Promise((resolve, reject) => {
        if (isClosed) throw closed();
        const message = messageOf(url.host, request);
        const call: Call = { message, at: Date.now() + timeoutMs, timeoutMs, resolve, reject, line: undefined };
        deadlines.add(call);
        begin(call);
      }),
    [Symbol.dispose]: (): void => {
      isClosed = true;
      for (const call of waiting) reject(call, closed());
      for (const { connection } of lines) connection.destroy(closed());
      deadlines[Symbol.dispose]();
      rests[Symbol.dispose]();
    },
  };
}
