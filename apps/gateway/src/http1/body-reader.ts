import { BodyTooLargeError, HttpProtocolError } from './errors.ts';
import type { Framing } from './response-head.ts';

/** Takes the bytes of one body, in any pieces. */
export type BodyReader = {
  /** Read from a position on; answers with the position after the body's end, or -1 while there is more to come. */
  read: (bytes: Buffer, from: number) => number;
  /** The peer has closed the connection; throws where the body is not whole. */
  end: () => void;
  /** What was read, as UTF-8. */
  text: () => string;
};

const incomplete = () => new HttpProtocolError('The connection was closed in the middle of an answer.');

/** Read a body of this framing; `read` throws beyond `maxBytes`, and for malformed chunks. */
export function createBodyReader(framing: Framing, maxBytes: number): BodyReader {
  const body = collect(maxBytes);
  switch (framing.kind) {
    case 'length':
      if (framing.bytes > maxBytes) throw new BodyTooLargeError(`The answer has more than ${maxBytes} bytes.`);
      return { ...readLength(framing.bytes, body.add), text: body.text };
    case 'chunked':
      return { ...readChunks(body.add), text: body.text };
    case 'close':
      return { ...readUntilClosed(body.add), text: body.text };
  }
}

type Add = (bytes: Buffer, from: number, to: number) => void;

/** Collect pieces, which are copied: the bytes that come in are the socket's. */
function collect(maxBytes: number) {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add: (bytes: Buffer, from: number, to: number): void => {
      if (from === to) return;
      size += to - from;
      if (size > maxBytes) throw new BodyTooLargeError(`The answer has more than ${maxBytes} bytes.`);
      pieces.push(Buffer.from(bytes.subarray(from, to)));
    },
    text: (): string => (pieces.length === 1 ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces)).toString('utf8'),
  };
}

function readLength(length: number, add: Add) {
  let missing = length;
  return {
    read: (bytes: Buffer, from: number): number => {
      const to = Math.min(bytes.length, from + missing);
      missing -= to - from;
      add(bytes, from, to);
      return missing === 0 ? to : -1;
    },
    end: (): void => {
      throw incomplete();
    },
  };
}

const readUntilClosed = (add: Add) => ({
  read: (bytes: Buffer, from: number): number => {
    add(bytes, from, bytes.length);
    return -1;
  },
  end: (): void => undefined,
});

const lineFeed = 10;
const maxLine = 1024;
const chunkSize = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i;

/** The chunked transfer coding (RFC 9112, section 7.1); extensions and trailers are passed over. */
function readChunks(add: Add) {
  let line = '';
  let missing = 0;
  let expects: 'size' | 'data' | 'separator' | 'trailer' = 'size';

  /** What follows a line. */
  function take(text: string): typeof expects | 'end' {
    if (expects === 'trailer') return text === '' ? 'end' : 'trailer';
    if (expects === 'separator') {
      if (text !== '') throw new HttpProtocolError('A chunk is longer than it says.');
      return 'size';
    }
    const digits = chunkSize.exec(text)?.[1];
    if (digits === undefined) throw new HttpProtocolError('The size of a chunk is malformed.');
    missing = Number.parseInt(digits, 16);
    return missing === 0 ? 'trailer' : 'data';
  }

  return {
    read: (bytes: Buffer, from: number): number => {
      let at = from;
      while (at < bytes.length) {
        if (expects === 'data') {
          const to = Math.min(bytes.length, at + missing);
          add(bytes, at, to);
          missing -= to - at;
          at = to;
          if (missing === 0) expects = 'separator';
          continue;
        }
        const end = bytes.indexOf(lineFeed, at);
        line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
        if (line.length > maxLine) throw new HttpProtocolError('A line between chunks is too long.');
        if (end < 0) return -1;
        at = end + 1;
        if (!line.endsWith('\r')) throw new HttpProtocolError('A line between chunks is malformed.');
        const next = take(line.slice(0, -1));
        line = '';
        if (next === 'end') return at;
        expects = next;
      }
      return -1;
    },
    end: (): void => {
      throw incomplete();
    },
  };
}
