import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@minitwitter/embedded/free-port';
import { MongoClient } from 'mongodb';
import { runChild } from './child.ts';
import { findFerretDb } from './ferretdb-binary.ts';
import { launchPostgres } from './postgres.ts';
import { untilReady } from './ready.ts';
import type { Launch, Obtain } from './types.ts';

/**
 * FerretDB holds a connection to its store while it waits for a second one: with fewer than two for each command at once (four
 * services with 20 connections each), commands wait for each other for good.
 */
const connections = 180;
const reserved = 20;

/** FerretDB, a database that speaks MongoDB's protocol, on a PostgreSQL of its own: both live and die together. */
export const obtainMongoDb: Obtain = async (source) => launchMongoDb(await findFerretDb(source));

const launchMongoDb =
  (file: string): Launch =>
  async ({ folder, port }) => {
    await mkdir(folder, { recursive: true });
    await using stack = new AsyncDisposableStack();
    const store = await launchPostgres({
      folder: join(folder, 'postgres'),
      port: await freePort(),
      connections: connections + reserved,
    });
    stack.defer(store.stop);
    const urlFile = join(folder, 'postgres.url');
    await writeFile(urlFile, `${store.url}?pool_max_conns=${connections}`, { mode: 0o600 });
    const child = await runChild({ file, args: [`127.0.0.1:${port}`, urlFile], folder });
    stack.defer(child.stop);
    const url = `mongodb://127.0.0.1:${port}/minitwitter`;
    await untilReady(child, () => ping(url));
    const both = stack.move();
    return {
      url,
      ended: Promise.race([child.ended, store.ended.then((how) => `lost its store, which ${how}`)]),
      stop: () => both.disposeAsync(),
      kill: async () => void (await Promise.all([child.kill(), store.kill()])),
    };
  };

async function ping(url: string): Promise<void> {
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: 1000,
    connectTimeoutMS: 1000,
    socketTimeoutMS: 5000,
  });
  try {
    await client.db().command({ ping: 1 });
  } finally {
    await client.close();
  }
}
