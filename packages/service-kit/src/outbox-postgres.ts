import type { PrismaClient } from '@minitwitter/prisma/client';
import { Prisma } from '@minitwitter/prisma/client';
import type { OutboxEntry } from './events.ts';
import type { OutboxSource } from './relay.ts';

type Row = { id: bigint; event_id: string; topic: string; key: string; payload: Uint8Array };

/** Write events into the outbox in the transaction of the state that they tell of. */
export async function addToOutbox(
  tx: Pick<Prisma.TransactionClient, 'outbox'>,
  producer: string,
  entries: readonly OutboxEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const data = entries.map(({ eventId, topic, key, value }) => ({
    producer,
    topic,
    key,
    eventId,
    payload: Uint8Array.from(value),
  }));
  await tx.outbox.createMany({ data });
}

/** A service's rows of the `outbox` table; an advisory lock keeps replicas from publishing the same rows out of order. */
export function createPostgresOutbox(prisma: PrismaClient, producer: string): OutboxSource {
  return {
    drain: async (publish, limit) => {
      const waiting = await prisma.outbox.findFirst({ where: { producer }, select: { id: true } });
      if (!waiting) return 0;
      return prisma.$transaction(
        async (tx) => {
          const [lock] = await tx.$queryRaw<{ locked: boolean }[]>(
            Prisma.sql`SELECT pg_try_advisory_xact_lock(hashtext(${`outbox:${producer}`})) AS locked`,
          );
          if (!lock?.locked) return 0;
          const rows = await tx.$queryRaw<Row[]>(
            Prisma.sql`SELECT id, event_id::text, topic, key, payload FROM outbox
              WHERE producer = ${producer} ORDER BY id LIMIT ${limit}`,
          );
          if (rows.length === 0) return 0;
          await publish(
            rows.map(({ event_id: eventId, topic, key, payload }) => ({ eventId, topic, key, value: payload })),
          );
          await tx.outbox.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
          return rows.length;
        },
        { timeout: 30_000, maxWait: 2000 },
      );
    },
    backlog: async () => {
      const { _count, _min } = await prisma.outbox.aggregate({
        where: { producer },
        _count: true,
        _min: { createdAt: true },
      });
      return { pending: _count, oldestAt: _min.createdAt ?? undefined };
    },
  };
}
