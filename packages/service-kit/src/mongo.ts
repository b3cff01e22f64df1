import { type Collection, type Db, type Document, type IndexDescription, MongoClient, MongoServerError } from 'mongodb';
import { bounds } from './bounds.ts';
import { StartError } from './lifecycle.ts';
import { failOnClosedSockets } from './mongo-closed-sockets.ts';
import { retry } from './retry.ts';
import { isUnreachable } from './unreachable.ts';

failOnClosedSockets();

export type Mongo = { db: Db; ping: () => Promise<void>; [Symbol.asyncDispose]: () => Promise<void> };

/** Open MongoDB with bounds on everything. A server that is not up yet is waited for some seconds; then a StartError says so. */
export async function openMongo(url: string, appName: string): Promise<Mongo> {
  const { connections, findServerMs, connectMs, queueMs, answerMs } = bounds.mongo;
  const client = new MongoClient(url, {
    appName,
    maxPoolSize: connections,
    serverSelectionTimeoutMS: findServerMs,
    connectTimeoutMS: connectMs,
    waitQueueTimeoutMS: queueMs,
    socketTimeoutMS: answerMs,
    ignoreUndefined: true,
  });
  await retry(() => client.connect(), bounds.start).catch((error: unknown) => {
    throw new StartError(`MongoDB (MONGODB_URL) does not answer: ${error}`);
  });
  const db = client.db(new URL(url).pathname.slice(1) || 'minitwitter');
  return {
    db,
    ping: async () => void (await db.command({ ping: 1 })),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const namespaceNotFound = 26;

/** The names of a collection's indexes; none where there is no collection yet. */
export async function indexNames(collection: Pick<Collection, 'indexes'>): Promise<ReadonlySet<string>> {
  try {
    return new Set((await collection.indexes()).flatMap(({ name }) => name ?? []));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === namespaceNotFound) return new Set();
    throw error;
  }
}

/** An index is told from others by its name. */
export type NamedIndex = IndexDescription & { name: string };

/**
 * Make a collection have its indexes. A server may lock the collection to look after indexes that it
 * has, so only those are made that are missing. To build one may take longer than an answer: the server goes on with it, and is
 * asked again, for some minutes.
 */
export async function ensureIndexes<Stored extends Document>(
  collection: Collection<Stored>,
  indexes: readonly NamedIndex[],
): Promise<void> {
  const ensure = async () => {
    const names = await indexNames(collection);
    const missing = indexes.filter(({ name }) => !names.has(name));
    if (missing.length > 0) await collection.createIndexes(missing);
  };
  await retry(ensure, { ...bounds.indexes, retryIf: (error) => isUnreachable(error) });
}

/** Whether an error is a violated unique index (code 11000). */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;
