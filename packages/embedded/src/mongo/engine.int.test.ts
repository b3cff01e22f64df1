import { describe, expect, it } from 'vitest';
import type { Doc } from './bson.ts';
import { createEngine, type Engine } from './engine.ts';
import { openStorage, type Storage } from './storage.ts';
import { tempDir } from './testing.ts';

function ask(engine: Engine, args: Doc): Doc {
  return engine.answer({ ...args, $db: 'test' }, 1);
}

function contents(engine: Engine, filter: Doc = {}): unknown {
  const { cursor } = ask(engine, { find: 'c', filter, projection: { _id: 0 } });
  return cursor;
}

describe('a write that the disk refuses', () => {
  const failing: [string, keyof Storage][] = [
    ['at the commit', 'commit'],
    ['in the middle', 'put'],
  ];
  it.each(failing)('%s is an error, and memory, indexes and disk stay as they were', async (_, step) => {
    await using dir = await tempDir();
    const storage = openStorage(dir.path);
    let broken = false;
    const fail = (): void => {
      throw new Error('disk full');
    };
    const call = (...args: never[]): void => Reflect.apply(broken ? fail : storage[step], storage, args);
    const engine = createEngine({ ...storage, [step]: call }, () => 0);
    ask(engine, { createIndexes: 'c', indexes: [{ key: { n: 1 }, name: 'n', unique: true }] });
    ask(engine, { insert: 'c', documents: [{ n: 1 }, { n: 2 }] });
    const before = contents(engine);

    broken = true;
    const failure = { ok: 0, codeName: 'InternalError', errmsg: 'disk full' };
    expect(ask(engine, { insert: 'c', documents: [{ n: 3 }] })).toMatchObject(failure);
    expect(ask(engine, { update: 'c', updates: [{ q: { n: 2 }, u: { $set: { n: 9 } } }] })).toMatchObject(failure);
    if (step === 'commit') {
      expect(ask(engine, { delete: 'c', deletes: [{ q: { n: 2 }, limit: 1 }] })).toMatchObject(failure);
      expect(ask(engine, { dropIndexes: 'c', index: 'n' })).toMatchObject(failure);
      expect(ask(engine, { drop: 'c' })).toMatchObject(failure);
      expect(ask(engine, { create: 'other' })).toMatchObject(failure);
    }

    broken = false;
    expect(contents(engine)).toEqual(before);
    expect(contents(engine, { n: { $gt: 1 } })).toMatchObject({ firstBatch: [{ n: 2 }] });
    expect(ask(engine, { insert: 'c', documents: [{ n: 2 }] })).toMatchObject({ n: 0, writeErrors: [{ code: 11000 }] });
    expect(ask(engine, { insert: 'c', documents: [{ n: 3 }] })).toMatchObject({ n: 1, ok: 1 });
    storage.close();
    const reopened = createEngine(openStorage(dir.path), () => 0);
    expect(contents(reopened)).toMatchObject({ firstBatch: [{ n: 1 }, { n: 2 }, { n: 3 }] });
  });
});
