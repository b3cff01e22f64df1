import type { Admin } from 'kafkajs';
import type { PartitionLag } from './bus.ts';

type LagAdmin = Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets'>;

/** What a group has still to commit. A group that is new, or whose offset was trimmed away, begins at the oldest message. */
export async function kafkaLag(admin: LagAdmin, group: string, topics: readonly string[]): Promise<PartitionLag[]> {
  const committed = new Map<string, number>();
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
    for (const { partition, offset } of partitions) committed.set(`${topic} ${partition}`, Number(offset));
  }
  const lags = topics.map(async (topic) =>
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }): PartitionLag => {
      const begin = Math.max(Number(low), committed.get(`${topic} ${partition}`) ?? -1);
      return { topic, partition, end: Number(high), lag: Math.max(0, Number(high) - begin) };
    }),
  );
  return (await Promise.all(lags)).flat();
}
