import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collection, type Db, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { startMongo } from './server.ts';

type TestMongo = AsyncDisposable & {
  readonly client: MongoClient;
  readonly port: number;
  readonly db: Db;
  /** A collection that no other call has given, so that tests share a server without sharing data. */
  readonly fresh: () => Collection<Document>;
};

type TestDir = AsyncDisposable & { readonly path: string };

export async function tempDir(): Promise<TestDir> {
  const path = await mkdtemp(join(tmpdir(), 'embedded-mongo-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A server on a folder and an official client that is connected to it. */
export async function openMongo(dataDir: string, sweepMs = 10_000): Promise<TestMongo> {
  const server = await startMongo({ dataDir, sweepMs });
  const client = await new MongoClient(server.url, { serverSelectionTimeoutMS: 5000 }).connect();
  const db = client.db('test');
  let made = 0;
  async function dispose(): Promise<void> {
    await client.close();
    await server[Symbol.asyncDispose]();
  }
  return { client, db, port: server.port, fresh: () => db.collection(`c${++made}`), [Symbol.asyncDispose]: dispose };
}

/** One server for the tests of a file, on a folder of its own; `get` gives it once the tests run. */
export function useMongo(sweepMs?: number): { readonly get: () => TestMongo } {
  const opened = new AsyncDisposableStack();
  let mongo: TestMongo | undefined;
  beforeAll(async () => {
    const dir = opened.use(await tempDir());
    mongo = opened.use(await openMongo(dir.path, sweepMs));
  });
  afterAll(() => opened.disposeAsync());
  return {
    get: () => {
      if (!mongo) throw new Error('the server is not open yet');
      return mongo;
    },
  };
}

/** What `explain` says about a read: its stage, its index and how much it looked at. */
export function summary(explained: Document): Document {
  const { stage, indexName, sortedInMemory } = explained.queryPlanner.winningPlan;
  const { totalDocsExamined, totalKeysExamined } = explained.executionStats;
  return { stage, indexName, sortedInMemory, docs: totalDocsExamined, keys: totalKeysExamined };
}
