import type { DatabaseSync } from 'node:sqlite';
import type { BusLag, BusLog, BusRecord } from './bus-log-types.ts';
import { PARTITIONS } from './bus-log-writer.ts';
import { inTransaction } from './sqlite.ts';

type Reader = Pick<BusLog, 'read' | 'peek' | 'commit' | 'lag'>;

/** What consumer groups do with the log. A group is known to a topic from its first read on: retention waits for it. */
export function createReader(db: DatabaseSync): Reader {
  const known = new Set<string>();
  const join = db.prepare('INSERT OR IGNORE INTO committed VALUES (?, ?, ?, 0)');
  const select = db.prepare(`SELECT position, key, value, headers, timestamp FROM records
    WHERE topic = :topic AND partition = :partition AND position >= (SELECT position FROM committed
      WHERE consumer = :group AND topic = :topic AND partition = :partition)
    ORDER BY position LIMIT :max`);
  const look = db.prepare(`SELECT position, key, value, headers, timestamp FROM records
    WHERE topic = ? AND partition = ? AND position >= ? ORDER BY position LIMIT ?`);
  const advance = db.prepare(`INSERT INTO committed VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET position = max(position, excluded.position)`);
  const ends = db.prepare('SELECT partition, position AS "end" FROM ends WHERE topic = ? ORDER BY partition');
  // What was trimmed before a group joined is no part of its lag.
  const begin = db.prepare(`SELECT max(
      coalesce((SELECT position FROM committed WHERE consumer = :group AND topic = :topic AND partition = :partition), 0),
      coalesce((SELECT min(position) FROM records WHERE topic = :topic AND partition = :partition), :end)) AS position`);

  function meet(group: string, topic: string): void {
    const membership = JSON.stringify([group, topic]);
    if (known.has(membership)) return;
    inTransaction(db, () => {
      for (let partition = 0; partition < PARTITIONS; partition++) join.run(group, topic, partition);
    });
    known.add(membership);
  }

  function lagIn(group: string, topic: string, row: Record<string, unknown>): BusLag {
    const [partition, end] = [Number(row.partition), Number(row.end)];
    return { topic, partition, end, lag: end - Number(begin.get({ group, topic, partition, end })?.position) };
  }

  return {
    read(group, topic, partition, max) {
      meet(group, topic);
      return select.all({ group, topic, partition, max }).map(toRecord);
    },
    commit(group, topic, partition, offset) {
      meet(group, topic);
      advance.run(group, topic, partition, offset);
    },
    peek: (topic, partition, offset, max) => look.all(topic, partition, offset, max).map(toRecord),
    lag: (group, topics) => topics.flatMap((topic) => ends.all(topic).map((row) => lagIn(group, topic, row))),
  };
}

function toRecord({ position, key, value, headers, timestamp }: Record<string, unknown>): BusRecord {
  if (!(value instanceof Uint8Array)) throw new TypeError('a record without a value');
  return {
    offset: Number(position),
    key: String(key),
    value,
    headers: JSON.parse(String(headers)),
    timestamp: Number(timestamp),
  };
}
