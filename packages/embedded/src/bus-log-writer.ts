import type { DatabaseSync } from 'node:sqlite';
import type { BusMessage } from './bus-log-types.ts';
import { inTransaction } from './sqlite.ts';

/** Of every topic. A change would part a key's old records from its new ones. */
export const PARTITIONS = 4;

/** The partition that a key's records are in: FNV-1a over its UTF-16 units. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PARTITIONS;
}

/** Appends messages in one transaction; positions go on where they ended, whatever has been trimmed since. */
export function createWriter(db: DatabaseSync, now: () => number): (messages: readonly BusMessage[]) => void {
  const next = db.prepare(`INSERT INTO ends VALUES (?, ?, 1)
    ON CONFLICT DO UPDATE SET position = position + 1 RETURNING position - 1 AS position`);
  const insert = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
  return (messages) => {
    const timestamp = now();
    inTransaction(db, () => {
      for (const { topic, key, value, headers } of messages) {
        const partition = partitionOf(key);
        const position = Number(next.get(topic, partition)?.position);
        insert.run(topic, partition, position, key, value, JSON.stringify(headers), timestamp);
      }
    });
  };
}
