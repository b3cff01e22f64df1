import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyTooLargeError, HttpProtocolError } from './errors.ts';
import { createResponseReader, type HttpAnswer } from './response-reader.ts';

const maxBytes = 1000;

/** What a reader finds in pieces; the peer then closes its side, if it is to. */
function readPieces(pieces: readonly Buffer[], thenEnd = false): HttpAnswer[] {
  const reader = createResponseReader(maxBytes);
  const found = pieces.flatMap((piece) => reader.read(piece, piece.length) ?? []);
  return thenEnd ? [...found, reader.end()] : found;
}

const readText = (text: string, thenEnd = false) => readPieces([Buffer.from(text)], thenEnd);

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const body = fc.string({ unit: 'grapheme', maxLength: 60 });
const places = fc.array(fc.nat(400), { maxLength: 12 });
const status = fc.integer({ min: 200, max: 599 }).filter((code) => code !== 204 && code !== 304);

const byLength = (code: number, text: string): Buffer =>
  Buffer.from(`HTTP/1.1 ${code} Whatever\r\nX-Other: a:b\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);

function byChunks(code: number, text: string, ends: readonly number[]): Buffer {
  const chunks = cut(Buffer.from(text), ends).filter(({ length }) => length > 0);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${code} OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n`),
    ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)};x=y\r\n`), chunk, Buffer.from('\r\n')]),
    Buffer.from('0\r\nTrailer: value\r\n\r\n'),
  ]);
}

describe('a response reader', () => {
  test('reads answers with a length, one after the other, in whatever pieces they come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(status, body, places), { maxLength: 4 }), (answers) => {
        const pieces = answers.flatMap(([code, text, ends]) => cut(byLength(code, text), ends));
        const read = readPieces(pieces).map((answer) => [answer.status, answer.text, answer.isPersistent]);
        expect(read).toEqual(answers.map(([code, text]) => [code, text, true]));
      }),
    );
  });

  test('reads chunks, in whatever pieces they come', () => {
    fc.assert(
      fc.property(status, body, places, places, (code, text, ends, pieces) => {
        expect(readPieces(cut(byChunks(code, text, ends), pieces))).toEqual([
          { status: code, text, isPersistent: true, keepAliveMs: undefined },
        ]);
      }),
    );
  });

  test('passes over interim answers', () => {
    const answers = readText(
      'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    );
    expect(answers).toMatchObject([{ status: 200, text: 'ok' }]);
  });

  test('reads what has no length to the end of the connection, which then is not used again', () => {
    expect(readText('HTTP/1.1 200 OK\r\n\r\nall of it', true)).toMatchObject([
      { text: 'all of it', isPersistent: false },
    ]);
  });

  test.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=5, max=9\r\n\r\n', true, 5000],
    ['HTTP/1.1 204 No Content\r\n\r\n', true, undefined],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false, undefined],
    ['HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n', true, undefined],
    ['HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n', false, undefined],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', false, undefined],
    ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore', false, undefined],
  ])('knows whether the connection can be used again: %j', (text, isPersistent, keepAliveMs) => {
    expect(readText(text)).toMatchObject([{ isPersistent, keepAliveMs }]);
  });

  test.each([
    'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.1 99 Low\r\n\r\n',
    'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/1.1 200 OK\r\nName : value\r\n\r\n',
    'HTTP/1.1 200 OK\r\nName: value\r\n folded\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfive\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\n',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(2000)}`,
    `HTTP/1.1 200 OK\r\nName: ${'x'.repeat(20_000)}`,
  ])('refuses what is not HTTP/1.1: %j', (text) => {
    expect(() => readText(text)).toThrow(HttpProtocolError);
  });

  test.each(['', 'HTTP/1.1 200', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfour'])(
    'says that an answer is not whole when the connection ends: %j',
    (text) => {
      expect(() => readText(text, true)).toThrow(HttpProtocolError);
    },
  );

  test.each([
    `HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n${'x'.repeat(1001)}`,
    'HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n${'x'.repeat(1001)}`,
    `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1001)}`,
  ])('refuses a body that is too large, without waiting for all of it', (text) => {
    expect(() => readText(text)).toThrow(BodyTooLargeError);
  });
});
