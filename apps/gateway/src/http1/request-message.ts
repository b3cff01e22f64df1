/** Header fields as they are sent, each with the end of its line. */
export type HeaderFields = { text: string; isAscii: boolean };

export type HttpRequest = { method: 'GET' | 'POST'; path: string; fields: HeaderFields; body?: string };

const ascii = /^[\t\x20-\x7e]*$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

export const noFields: HeaderFields = { text: '', isAscii: true };

/** Write names and values, in turn, as fields. Throws a TypeError for a value that HTTP does not allow (RFC 9110, section 5.5). */
export function headerFields(headers: readonly string[]): HeaderFields {
  let { text, isAscii } = noFields;
  for (let index = 0; index < headers.length; index += 2) {
    const value = headers[index + 1] ?? '';
    if (!ascii.test(value)) {
      if (!fieldValue.test(value))
        throw new TypeError(`The header ${headers[index]} has a value that HTTP does not allow.`);
      isAscii = false;
    }
    text += `${headers[index]}: ${value}\r\n`;
  }
  return { text, isAscii };
}

/** A request as it is sent: as text where all of it is ASCII. */
export function messageOf(host: string, { method, path, fields, body = '' }: HttpRequest): string | Buffer {
  const bytes = Buffer.byteLength(body);
  const length = method === 'POST' ? `content-length: ${bytes}\r\n` : '';
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${length}${fields.text}\r\n`;
  if (fields.isAscii && bytes === body.length) return head + body;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}
