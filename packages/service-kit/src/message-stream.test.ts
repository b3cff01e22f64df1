import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createInbox } from './inbox.ts';
import { createMessageStream, readEach } from './message-stream.ts';

const window = 8;

/** A stream of an inbox, with its sender, who keeps to the window; `asked` is what the reader asked for. */
function createSender() {
  const stop = new AbortController();
  const leave = vi.fn();
  let room = window;
  const inbox = createInbox<number>(window, (more) => {
    room += more;
  });
  const send = (message: number): boolean => {
    if (room === 0) return false;
    room -= 1;
    inbox.add(message);
    return true;
  };
  return { stop, leave, inbox, send, stream: createMessageStream(() => ({ inbox, leave }), stop.signal) };
}

/** The same stream without its shorter way. */
const plain = <T>(stream: AsyncIterable<T>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
});
const ways = [
  ['each in turn', <T>(stream: AsyncIterable<T>) => stream],
  ['as an iterable', plain],
] as const;

test.for(ways)('read %s, it brings all messages in order, however slowly they are taken', async ([, way]) => {
  const property = fc.asyncProperty(
    fc.array(fc.constantFrom('now', 'soon', 'later'), { maxLength: 60 }),
    fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
    async (paces, pauses) => {
      const { stream, send, inbox, leave } = createSender();
      const taken: number[] = [];
      const reading = readEach(way(stream), (message) => {
        taken.push(message);
        if (paces[message] === 'now') return true;
        return paces[message] === 'soon'
          ? Promise.resolve(true)
          : new Promise((resolve) => setImmediate(resolve, true));
      });
      for (let message = 0; message < paces.length; ) {
        for (let turns = pauses[message % pauses.length] ?? 0; turns > 0; turns--) await Promise.resolve();
        if (send(message)) message += 1;
        else await new Promise(setImmediate);
      }
      inbox.end(undefined);
      expect(await reading).toBe(false);
      expect(taken).toEqual(paces.map((_, index) => index));
      expect(leave).toHaveBeenCalledOnce();
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

test.for(ways)('read %s, it is left when the reader has enough, and when its signal aborts', async ([, way]) => {
  const first = createSender();
  first.send(1);
  first.send(2);
  expect(await readEach(way(first.stream), (message) => message < 2)).toBe(true);
  expect(first.leave).toHaveBeenCalledOnce();
  const second = createSender();
  second.stop.signal.addEventListener('abort', () => second.inbox.end(undefined));
  const reading = readEach(way(second.stream), () => true);
  second.stop.abort();
  expect(await reading).toBe(false);
  expect(second.leave).toHaveBeenCalledOnce();
  expect(await readEach(way(second.stream), () => true)).toBe(false);
});

test.for(ways)(
  'read %s, it fails with what it ended with, after what came before, and with what the reader throws',
  async ([, way]) => {
    const { stream, send, inbox, leave } = createSender();
    const taken: number[] = [];
    send(1);
    inbox.end(new Error('the stream'));
    await expect(readEach(way(stream), (message) => taken.push(message) > 0)).rejects.toThrow('the stream');
    expect(taken).toEqual([1]);
    const other = createSender();
    const reading = readEach(way(other.stream), () => {
      throw new Error('the reader');
    });
    other.send(1);
    await expect(reading).rejects.toThrow('the reader');
    expect(leave).toHaveBeenCalledOnce();
    expect(other.leave).toHaveBeenCalledOnce();
  },
);
