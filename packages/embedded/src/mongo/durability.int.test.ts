import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startMongo } from './server.ts';
import { openMongo, tempDir } from './testing.ts';

const WRITER = `
  const { startMongo } = await import(process.argv[1]);
  const { MongoClient } = await import('mongodb');
  const { url } = await startMongo({ dataDir: process.argv[2] });
  const docs = (await new MongoClient(url).connect()).db('test').collection('docs');
  await docs.createIndex({ n: 1 }, { unique: true });
  for (let n = 0; ; n++) {
    const { insertedId } = await docs.insertOne({ n });
    if (n % 3 === 0) await docs.updateOne({ n }, { $set: { seen: true } });
    console.log(insertedId.toHexString());
  }
`;

/** Lets a process of its own write until it acknowledged `count` documents, kills it, and gives the acknowledged ids. */
async function killWriter(dataDir: string, count: number): Promise<string[]> {
  const server = new URL('./server.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, server, dataDir], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === count) child.kill('SIGKILL');
  }
  await exited;
  return acknowledged;
}

describe('the data folder', () => {
  it('keeps documents, their order and indexes over a restart', async () => {
    await using dir = await tempDir();
    const specs = [
      { key: { n: 1 }, name: 'n_1', unique: true },
      { key: { at: 1 }, name: 'at', expireAfterSeconds: 3600 },
      { key: { tag: 1, _id: -1 }, name: 'tag', partialFilterExpression: { tag: { $exists: true } } },
    ] as const;
    {
      await using mongo = await openMongo(dir.path);
      const docs = mongo.db.collection('docs');
      await docs.createIndexes([...specs]);
      await docs.insertMany([{ n: 1 }, { n: 2, tag: 'x' }, { n: 3 }]);
      await docs.deleteOne({ n: 1 });
      await docs.updateOne({ n: 2 }, { $set: { n: 4 } });
    }
    await using mongo = await openMongo(dir.path);
    const docs = mongo.db.collection('docs');
    expect((await docs.find().toArray()).map(({ n }) => n)).toEqual([4, 3]);
    expect(await docs.indexes()).toMatchObject([{ name: '_id_' }, ...specs]);
    await expect(docs.insertOne({ n: 4 })).rejects.toMatchObject({ code: 11000 });
    await docs.insertOne({ n: 2 });
  });

  it('has every acknowledged write after kill -9', async () => {
    await using dir = await tempDir();
    const acknowledged = await killWriter(dir.path, 300);
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    await using mongo = await openMongo(dir.path);
    const docs = mongo.db.collection('docs');
    const ids = acknowledged.map((id) => new ObjectId(id));
    expect(await docs.countDocuments({ _id: { $in: ids.slice(0, 300) } })).toBe(300);
    const found = await docs.find({ _id: { $in: ids } }).toArray();
    expect(found).toHaveLength(ids.length);
    expect(found.filter(({ n, seen }) => (n % 3 === 0) !== (seen === true))).toEqual([]);
  });

  it('is refused with one clear error when its file is not a database', async () => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, 'mongo.sqlite'), 'this is no database, however long it may be'.repeat(100));
    await expect(startMongo({ dataDir: dir.path })).rejects.toThrow(
      /Cannot open the MongoDB data file .*not a database/,
    );
  });

  it('is refused with one clear error when its file is damaged inside', async () => {
    await using dir = await tempDir();
    {
      await using mongo = await openMongo(dir.path);
      await mongo.fresh().insertMany(Array.from({ length: 2000 }, (_, n) => ({ n, text: 'x'.repeat(100) })));
    }
    const file = await open(join(dir.path, 'mongo.sqlite'), 'r+');
    await file.write(Buffer.alloc(40_000, 0xff), 0, 40_000, 8192);
    await file.close();
    await expect(startMongo({ dataDir: dir.path })).rejects.toThrow(/Cannot open the MongoDB data file/);
  });

  it.each(['docs_1 SET body', 'collections SET indexes'])(
    'is refused with one clear error when what is stored is no BSON: %s',
    async (stored) => {
      await using dir = await tempDir();
      {
        await using mongo = await openMongo(dir.path);
        await mongo.fresh().insertOne({ n: 1 });
      }
      const database = new DatabaseSync(join(dir.path, 'mongo.sqlite'));
      database.exec(`UPDATE ${stored} = x'0500000001'`);
      database.close();
      await expect(startMongo({ dataDir: dir.path })).rejects.toThrow(/MongoDB data file .*mongo\.sqlite is damaged: /);
    },
  );

  it('is refused with one clear error when it is a file, or in use by another server', async () => {
    await using dir = await tempDir();
    await writeFile(join(dir.path, 'file'), '');
    await expect(startMongo({ dataDir: join(dir.path, 'file') })).rejects.toThrow(/Cannot open the MongoDB data file/);
    await using _first = await startMongo({ dataDir: join(dir.path, 'data') });
    await expect(startMongo({ dataDir: join(dir.path, 'data') })).rejects.toThrow(/locked/);
  });

  it('rejects a port that is taken', async () => {
    await using dir = await tempDir();
    await using first = await startMongo({ dataDir: join(dir.path, 'a') });
    await expect(startMongo({ dataDir: join(dir.path, 'b'), port: first.port })).rejects.toThrow(/EADDRINUSE/);
  });
});
