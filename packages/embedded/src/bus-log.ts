import { resolve } from 'node:path';
import { createReader } from './bus-log-reader.ts';
import { createTrimmer } from './bus-log-retention.ts';
import type { AppendListener, BusLog } from './bus-log-types.ts';
import { createWriter } from './bus-log-writer.ts';
import { openDatabase } from './sqlite.ts';

export type { AppendListener, BusLog, BusMessage, BusRecord } from './bus-log-types.ts';
export { PARTITIONS, partitionOf } from './bus-log-writer.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  topic TEXT, partition INTEGER, position INTEGER, key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT NOT NULL,
  timestamp INTEGER NOT NULL, PRIMARY KEY (topic, partition, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ends (
  topic TEXT, partition INTEGER, position INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS committed (
  consumer TEXT, topic TEXT, partition INTEGER, position INTEGER NOT NULL, PRIMARY KEY (consumer, topic, partition)
) STRICT, WITHOUT ROWID;`;

const shared = new Map<string, { log: BusLog; users: number }>();

/**
 * The log of an event bus inside this process, in `<dir>/bus.db`; whoever opens the same folder shares one, and its
 * listeners, until the last disposes it. Without `dir` it is in memory and its opener's own.
 */
export function openBusLog(dir?: string, now: () => number = Date.now): BusLog {
  if (dir === undefined) return createLog(undefined, now);
  const folder = resolve(dir);
  const entry = shared.get(folder) ?? { log: createLog(folder, now), users: 0 };
  shared.set(folder, entry);
  entry.users += 1;
  let open = true;
  return {
    ...entry.log,
    [Symbol.dispose]() {
      if (!open) return;
      open = false;
      entry.users -= 1;
      if (entry.users > 0) return;
      shared.delete(folder);
      entry.log[Symbol.dispose]();
    },
  };
}

function createLog(dir: string | undefined, now: () => number): BusLog {
  const db = openDatabase(dir, 'bus.db', SCHEMA);
  const write = createWriter(db, now);
  const listeners = new Set<AppendListener>();
  return {
    ...createReader(db),
    append(messages) {
      if (messages.length === 0) return;
      write(messages);
      const topics = new Set(messages.map((message) => message.topic));
      for (const listener of listeners) listener(topics);
    },
    onAppend(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    trim: createTrimmer(db, now),
    [Symbol.dispose]: () => db.close(),
  };
}
