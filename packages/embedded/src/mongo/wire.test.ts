import { deserialize, serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, messageLength, readMessage, writeReply } from './wire.ts';

function message(opcode: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(opcode, 12);
  return Buffer.concat([header, body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function section(kind: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return kind === 0 ? Buffer.concat([Buffer.of(0), body]) : Buffer.concat([Buffer.of(1), int32(body.length + 4), body]);
}

const insert = serialize({ insert: 'c', $db: 'test' });

describe('reading a message', () => {
  it('joins the document sequences into the body', () => {
    const sequence = section(1, Buffer.from('documents\0'), serialize({ n: 1 }), serialize({ n: 2 }));
    const request = readMessage(message(2013, int32(0), sequence, section(0, insert)));
    expect(request).toEqual({
      id: 7,
      legacy: false,
      silent: false,
      args: { insert: 'c', $db: 'test', documents: [{ n: 1 }, { n: 2 }] },
    });
  });

  it('knows a message that wants no answer, and leaves a checksum aside', () => {
    const request = readMessage(message(2013, int32(2 | 1), section(0, insert), int32(12345)));
    expect(request).toMatchObject({ silent: true, args: { insert: 'c' } });
  });

  it('reads the legacy query of a first handshake and answers it as such', () => {
    const query = [int32(0), Buffer.from('admin.$cmd\0'), int32(0), int32(-1), serialize({ isMaster: 1 })];
    const request = readMessage(message(2004, ...query));
    expect(request).toMatchObject({ legacy: true, args: { isMaster: 1, $db: 'admin' } });
    const reply = writeReply(request, { ok: 1 });
    expect([reply.readInt32LE(0), reply.readInt32LE(8), reply.readInt32LE(12), reply.readInt32LE(32)]).toEqual([
      reply.length,
      7,
      1,
      1,
    ]);
    expect(deserialize(reply.subarray(36))).toEqual({ ok: 1 });
  });

  it.each<[string, Buffer]>([
    ['an unknown opcode', message(2012, int32(0))],
    ['no body', message(2013, int32(0), section(1, Buffer.from('documents\0')))],
    ['two bodies', message(2013, int32(0), section(0, insert), section(0, insert))],
    ['an unknown section', message(2013, int32(0), Buffer.of(9), insert)],
    ['a document that runs over the end', message(2013, int32(0), Buffer.of(0), int32(1000), Buffer.of(0))],
    ['a document that is no BSON', message(2013, int32(0), Buffer.of(0), int32(6), Buffer.of(99, 0))],
    ['a string without an end', message(2004, int32(0), Buffer.from('admin'))],
  ])('refuses %s', (_, bytes) => {
    expect(() => readMessage(bytes)).toThrow(expect.objectContaining({ codeName: 'InvalidBSON' }));
  });

  it('bounds the length that a header may announce', () => {
    expect(messageLength(Buffer.alloc(15))).toBeNull();
    expect(messageLength(message(2013, int32(0)))).toBe(20);
    for (const length of [0, 15, -1, MAX_MESSAGE_BYTES + 1]) {
      expect(() => messageLength(Buffer.concat([int32(length), Buffer.alloc(12)]))).toThrow(/out of bounds/);
    }
  });
});
