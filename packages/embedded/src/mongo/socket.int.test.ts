import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { useMongo } from './testing.ts';

const server = useMongo();

describe('a connection', () => {
  it('is closed when it sends what is no message, and the others go on', async () => {
    const socket = connect(server.get().port, '127.0.0.1');
    socket.resume().write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'close');
    expect(await server.get().db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('gets no answer to a write that wants none, and the right one to the next', async () => {
    const docs = server.get().fresh();
    await docs.insertOne({ n: 1 }, { writeConcern: { w: 0 } });
    await expect.poll(() => docs.countDocuments()).toBe(1);
  });

  it('carries a batch that is larger than one document may be', async () => {
    const docs = server.get().fresh();
    const text = 'x'.repeat(1_000_000);
    await docs.insertMany(Array.from({ length: 24 }, (_, n) => ({ n, text })));
    expect(await docs.find().toArray()).toHaveLength(24);
    const tooLarge = docs.updateOne({ n: 1 }, [
      { $set: { text: { $concat: Array.from({ length: 18 }, () => '$text') } } },
    ]);
    await expect(tooLarge).rejects.toMatchObject({ code: 10334 });
  });
});
