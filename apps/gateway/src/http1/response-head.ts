import { HttpProtocolError } from './errors.ts';

/** Where a body ends: after so many bytes, where its chunks say so, or with the connection (RFC 9112, section 6.3). */
export type Framing = { kind: 'length'; bytes: number } | { kind: 'chunked' } | { kind: 'close' };

export type ResponseHead = {
  status: number;
  framing: Framing;
  /** Whether the connection may be used again. */
  isPersistent: boolean;
  /** How long the peer keeps an idle connection, in milliseconds, if it says so. */
  keepAliveMs: number | undefined;
};

const wellFormed = /^HTTP\/1\.[01] [1-9]\d\d(?: [^\r\n]*)?(?:\r\n[\w!#$%&'*+.^`|~-]+:[^\r\n]*)*$/;
const relevant = /\r\n(content-length|transfer-encoding|connection|keep-alive):[ \t]*([^\r\n]*)/gi;
const timeoutHint = /(?:^|[ ,])timeout=(\d{1,6})/i;
const wholeNumber = /^\d{1,15}$/;

/** Read the head of a response to a GET or POST, without the empty line at its end; throws a HttpProtocolError. */
export function parseHead(text: string): ResponseHead {
  if (!wellFormed.test(text)) throw new HttpProtocolError('The head of the answer is malformed.');
  let length: string | undefined;
  let coding: string | undefined;
  let connection = '';
  let keepAliveMs: number | undefined;
  relevant.lastIndex = 0;
  for (let found = relevant.exec(text); found; found = relevant.exec(text)) {
    const value = (found[2] ?? '').trimEnd();
    switch (found[1]?.toLowerCase()) {
      case 'content-length':
        length = length === undefined ? value : `${length}, ${value}`;
        break;
      case 'transfer-encoding':
        coding = coding === undefined ? value : `${coding}, ${value}`;
        break;
      case 'connection':
        connection += `,${value.toLowerCase()}`;
        break;
      default:
        keepAliveMs = hintIn(value);
    }
  }
  const status = Number(text.slice(9, 12));
  const framing = framingOf(status, coding, length);
  const stays = text[7] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
  // An answer with both framings may be an attempt at smuggling (RFC 9112, section 6.1).
  const isPersistent = stays && framing.kind !== 'close' && (coding === undefined || length === undefined);
  return { status, framing, isPersistent, keepAliveMs };
}

function hintIn(keepAlive: string): number | undefined {
  const seconds = timeoutHint.exec(keepAlive)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function framingOf(status: number, coding: string | undefined, length: string | undefined): Framing {
  if (status < 200 || status === 204 || status === 304) return { kind: 'length', bytes: 0 };
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new HttpProtocolError('The transfer coding is not supported.');
    return { kind: 'chunked' };
  }
  if (length === undefined) return { kind: 'close' };
  if (!wholeNumber.test(length)) throw new HttpProtocolError('The content length is malformed.');
  return { kind: 'length', bytes: Number(length) };
}
