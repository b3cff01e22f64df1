import { ObjectId } from 'mongodb';
import { afterAll, expect, it, vi } from 'vitest';
import { openBus } from './bus.ts';
import { type OutboxEntry, toOutboxEntry } from './events.ts';
import { createLogger } from './logger.ts';
import { openMongo } from './mongo.ts';
import { createMongoOutbox, newOutbox } from './outbox-mongo.ts';
import { startRelay } from './relay.ts';
import { startTestServers } from './testing.ts';

await using stack = new AsyncDisposableStack();
const servers = stack.use(await startTestServers(['mongodb']));
const { db } = stack.use(await openMongo(servers.env.MONGODB_URL ?? '', 'test'));
const bus = stack.use(await openBus('embedded:', 'test'));
const lasting = stack.move();
afterAll(() => lasting.disposeAsync());

const log = createLogger('test', 'silent');
const collection = () => `things_${crypto.randomUUID()}`;

async function write(name: string): Promise<OutboxEntry> {
  const event = toOutboxEntry('tweetDeleted', { tweetId: 't', authorId: 'a' }, { requestId: 'r', traceparent: '' });
  await db.collection(name).insertOne({ _id: new ObjectId(), ...newOutbox([event], new Date()) });
  return event;
}

/** A replica's relay, and the ids of the events that it published. */
function startReplica(name: string, pollMs: number) {
  const published: string[] = [];
  const publish: typeof bus.publish = async (messages) =>
    void published.push(...(messages as readonly OutboxEntry[]).map(({ eventId }) => eventId));
  const relay = startRelay({
    ...{ service: 'test', log, pollMs },
    source: createMongoOutbox(db, name),
    bus: { ...bus, publish },
  });
  return { ...relay, published };
}

it('lets the next replica publish as soon as one has stopped', async () => {
  const name = collection();
  const first = startReplica(name, 60_000);
  const before = await write(name);
  first.wake();
  await vi.waitFor(() => expect(first.published).toEqual([before.eventId]));
  await using second = startReplica(name, 10);
  await first[Symbol.asyncDispose]();
  const after = await write(name);
  await vi.waitFor(() => expect(second.published).toContain(after.eventId), { timeout: 2000 });
});

it('soon publishes what another replica has written, while there is something to publish', async () => {
  const name = collection();
  await using relay = startReplica(name, 60_000);
  const own = await write(name);
  relay.wake();
  await vi.waitFor(() => expect(relay.published).toEqual([own.eventId]));
  const foreign = await write(name);
  await vi.waitFor(() => expect(relay.published).toEqual([own.eventId, foreign.eventId]));
});
