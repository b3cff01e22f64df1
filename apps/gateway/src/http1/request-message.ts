/** `headers` are names and values in turn. */
export type HttpRequest = { method: 'GET' | 'POST'; path: string; headers: readonly string[]; body?: string };

const ascii = /^[\t\x20-\x7e]*$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * A request as it is sent: as text where all of it is ASCII. Throws a TypeError for a header value that HTTP does not allow
 * (RFC 9110, section 5.5).
 */
export function messageOf(host: string, { method, path, headers, body = '' }: HttpRequest): string | Buffer {
  const bytes = Buffer.byteLength(body);
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  if (method === 'POST') head += `content-length: ${bytes}\r\n`;
  let isAscii = bytes === body.length;
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    if (!ascii.test(value)) {
      if (!fieldValue.test(value))
        throw new TypeError(`The header ${headers[index]} has a value that HTTP does not allow.`);
      isAscii = false;
    }
    head += `${headers[index]}: ${value}\r\n`;
  }
  head += '\r\n';
  return isAscii ? head + body : Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
