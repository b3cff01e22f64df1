import { type BodyReader, createBodyReader } from './body-reader.ts';
import { HttpProtocolError } from './errors.ts';
import { parseHead, type ResponseHead } from './response-head.ts';

/** `text` is the body as UTF-8. */
export type HttpAnswer = Pick<ResponseHead, 'status' | 'isPersistent' | 'keepAliveMs'> & { text: string };

const headEnd = Buffer.from('\r\n\r\n');
const maxHeadBytes = 16 * 1024;
const none = Buffer.alloc(0);

/**
 * Reads answers, one after the other, from what a connection brings, in any pieces; interim answers (1xx) are passed over. Both
 * functions answer once an answer is whole, and throw for what is not HTTP/1.1 or is too large.
 */
export function createResponseReader(maxBytes: number) {
  let held: Buffer = none;
  let head: ResponseHead | undefined;
  let body: BodyReader | undefined;

  function finish({ status, keepAliveMs }: ResponseHead, isPersistent: boolean, text: string): HttpAnswer {
    head = undefined;
    body = undefined;
    return { status, isPersistent, keepAliveMs, text };
  }

  /** Read a body from a position on. The usual answer comes in one piece, and is not copied. */
  function readBody(known: ResponseHead, bytes: Buffer, from: number, to: number): HttpAnswer | undefined {
    const { framing, isPersistent } = known;
    const isWhole = framing.kind === 'length' && framing.bytes === to - from && framing.bytes <= maxBytes;
    if (!body && isWhole) return finish(known, isPersistent, bytes.toString('utf8', from, to));
    body ??= createBodyReader(framing, maxBytes);
    const end = body.read(bytes.subarray(0, to), from);
    // Nothing may follow that was not asked for.
    return end < 0 ? undefined : finish(known, isPersistent && end === to, body.text());
  }

  function readHead(bytes: Buffer, to: number): HttpAnswer | undefined {
    const end = bytes.indexOf(headEnd);
    const isWhole = end >= 0 && end + headEnd.length <= to;
    if ((isWhole ? end : to) > maxHeadBytes) throw new HttpProtocolError('The head of an answer is too long.');
    if (!isWhole) {
      held = Buffer.from(bytes.subarray(0, to));
      return undefined;
    }
    held = none;
    const parsed = parseHead(bytes.toString('latin1', 0, end));
    const rest = end + headEnd.length;
    if (parsed.status === 101) throw new HttpProtocolError('The protocol was switched without being asked for.');
    if (parsed.status < 200) return rest === to ? undefined : readHead(bytes.subarray(rest, to), to - rest);
    head = parsed;
    return readBody(parsed, bytes, rest, to);
  }

  return {
    /** Read the first `to` bytes of a buffer, which is not kept. */
    read: (bytes: Buffer, to: number): HttpAnswer | undefined => {
      if (head) return readBody(head, bytes, 0, to);
      if (held.length === 0) return readHead(bytes, to);
      const all = Buffer.concat([held, bytes.subarray(0, to)]);
      return readHead(all, all.length);
    },
    /** The peer has closed its side. */
    end: (): HttpAnswer => {
      if (!head) throw new HttpProtocolError('The connection was closed without an answer.');
      body ??= createBodyReader(head.framing, maxBytes);
      body.end();
      return finish(head, false, body.text());
    },
  };
}
