import { randomUUID } from 'node:crypto';
import type { Binary, Collection, Db, Document, Filter, ObjectId } from 'mongodb';
import type { OutboxEntry } from './events.ts';
import { isDuplicateKey } from './mongo.ts';
import type { OutboxSource } from './relay.ts';

type StoredEntry = { event_id: string; topic: string; key: string; value: Binary | Uint8Array };

/**
 * What every document that tells events carries beside its state: the events not yet published. A deleted document
 * stays as a tombstone (`deleted_at`) until its last event is out.
 */
export type WithOutbox = { _id: ObjectId; outbox?: StoredEntry[]; outbox_at?: Date; deleted_at?: Date | null };

type Lease = { _id: string; owner: string; expires_at: Date };

const leaseMs = 10_000;

/** Only documents that are not tombstones. */
export const alive = { deleted_at: null } as const;

export const outboxIndex = { key: { outbox_at: 1 }, name: 'outbox_at', sparse: true } as const;

const toStored = ({ eventId, topic, key, value }: OutboxEntry): StoredEntry => ({
  event_id: eventId,
  topic,
  key,
  value,
});

/** The outbox fields of a new document. */
export const newOutbox = (entries: readonly OutboxEntry[], now: Date) => ({
  outbox: entries.map(toStored),
  outbox_at: now,
});

/** The part of an update that adds events to a document, to be merged into its `$push` and `$set`. */
export const pushOutbox = (entries: readonly OutboxEntry[], now: Date) => ({
  $push: { outbox: { $each: entries.map(toStored) } },
  $set: { outbox_at: now },
});

/** The events that wait in a collection's documents; a lease keeps replicas from publishing them out of order. */
export function createMongoOutbox(db: Db, name: string): OutboxSource {
  const documents: Collection<WithOutbox> = db.collection(name);
  const leases = db.collection<Lease>('relay_leases');
  const owner = randomUUID();
  let heldUntil = 0;

  const holdsLease = (now: number): boolean => heldUntil - now > leaseMs / 2;

  async function holdLease(): Promise<boolean> {
    const now = Date.now();
    if (holdsLease(now)) return true;
    const mine: Filter<Lease> = { _id: name, $or: [{ owner }, { expires_at: { $lt: new Date(now) } }] };
    try {
      await leases.updateOne(mine, { $set: { owner, expires_at: new Date(now + leaseMs) } }, { upsert: true });
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
    heldUntil = now + leaseMs;
    return true;
  }

  async function remove(published: readonly WithOutbox[]): Promise<void> {
    const operations = published.map(({ _id, outbox = [], deleted_at: deletedAt }) => {
      const filter = { _id, outbox: { $size: outbox.length } };
      return deletedAt
        ? { deleteOne: { filter } }
        : { updateOne: { filter, update: { $unset: { outbox: 1, outbox_at: 1 } as const } } };
    });
    const result = await documents.bulkWrite(operations, { ordered: false });
    if (result.modifiedCount + result.deletedCount === published.length) return;
    for (const { _id, outbox = [] } of published) await documents.updateOne({ _id }, { $pullAll: { outbox } });
  }

  return {
    drain: async (publish, limit) => {
      const query: Filter<WithOutbox> = { outbox_at: { $exists: true } };
      const projection: Document = { outbox: 1, deleted_at: 1 };
      // A lease is a write: it is taken only where something waits.
      const mayWait = holdsLease(Date.now()) || (await documents.findOne(query, { projection: { _id: 1 } }));
      if (!mayWait || !(await holdLease())) return 0;
      const waiting = await documents.find(query, { projection }).sort({ outbox_at: 1 }).limit(limit).toArray();
      if (waiting.length === 0) return 0;
      await publish(waiting.flatMap(({ outbox = [] }) => outbox.map(fromStored)));
      await remove(waiting);
      return waiting.length;
    },
    backlog: async () => {
      const query = { outbox_at: { $exists: true } };
      const [pending, oldest] = await Promise.all([
        documents.countDocuments(query),
        documents.findOne(query, { projection: { outbox_at: 1 }, sort: { outbox_at: 1 } }),
      ]);
      return { pending, oldestAt: oldest?.outbox_at };
    },
    release: async () => {
      heldUntil = 0;
      await leases.deleteOne({ _id: name, owner });
    },
  };
}

const fromStored = ({ event_id: eventId, topic, key, value }: StoredEntry): OutboxEntry => ({
  eventId,
  topic,
  key,
  value: value instanceof Uint8Array ? value : value.value(),
});
