import type { DatabaseSync } from 'node:sqlite';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What every group has passed goes after an hour; what one has not goes after a week all the same, as Kafka has it. */
const PASSED_MS = HOUR_MS;
const UNREAD_MS = 7 * DAY_MS;
const DEAD_LETTER_MS = 30 * DAY_MS;
/** Records of one partition that one call removes at most, so that it takes milliseconds. */
const STRIDE = 5_000;

/** Dead letters are kept for their time whoever read them: they are read to be replayed. */
export function createTrimmer(db: DatabaseSync, now: () => number): () => number {
  const partitions = db.prepare('SELECT topic, partition FROM ends');
  const remove = db.prepare(`DELETE FROM records WHERE topic = :topic AND partition = :partition
    AND position < :stride + (SELECT min(position) FROM records WHERE topic = :topic AND partition = :partition)
    AND (timestamp < :unread OR timestamp < :passed AND position < (SELECT min(position) FROM committed
      WHERE topic = :topic AND partition = :partition))`);
  return () => {
    let removed = 0;
    for (const row of partitions.all()) {
      const topic = String(row.topic);
      const deadLetters = topic.includes('.dead-letter.');
      const unread = now() - (deadLetters ? DEAD_LETTER_MS : UNREAD_MS);
      const passed = deadLetters ? unread : now() - PASSED_MS;
      const { changes } = remove.run({ topic, partition: Number(row.partition), stride: STRIDE, unread, passed });
      removed += Number(changes);
    }
    return removed;
  };
}
