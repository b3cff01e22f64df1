import { expect, test } from 'vitest';
import { headerFields, messageOf, noFields } from './request-message.ts';

const post = (headers: readonly string[], body: string) =>
  messageOf('tweet:4204', { method: 'POST', path: '/graphql', fields: headerFields(headers), body });

test('a request has its host, its length in bytes and its headers', () => {
  const head = (bytes: number) =>
    `POST /graphql HTTP/1.1\r\nhost: tweet:4204\r\ncontent-length: ${bytes}\r\naccept: application/json\r\n\r\n`;
  expect(post(['accept', 'application/json'], '{"q":"e"}')).toBe(`${head(9)}{"q":"e"}`);
  expect(post(['accept', 'application/json'], '{"q":"ё"}')).toEqual(Buffer.from(`${head(10)}{"q":"ё"}`));
  expect(messageOf('h', { method: 'GET', path: '/readyz', fields: noFields })).toBe(
    'GET /readyz HTTP/1.1\r\nhost: h\r\n\r\n',
  );
});

test('bytes of a header beyond ASCII are sent as they came', () => {
  const message = post(['user-agent', 'caf\u00e9'], '"é"');
  expect(message).toBeInstanceOf(Buffer);
  expect(message.toString('latin1')).toContain('user-agent: caf\u00e9\r\n\r\n"\u00c3\u00a9"');
});

test.each(['a\r\nx-forged: 1', 'a\nb', 'a\u0000', 'snow \u2603'])(
  'a value that would forge headers is refused: %j',
  (value) => {
    expect(() => post(['authorization', value], '')).toThrow('The header authorization');
  },
);
