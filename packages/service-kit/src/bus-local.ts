import { randomUUID } from 'node:crypto';
import { type BusLog, openBusLog, PARTITIONS } from '@minitwitter/embedded/bus-log';
import { bounds } from './bounds.ts';
import type { Bus, BusMessage, Subscription } from './bus.ts';
import { joinLocalGroup } from './local-group.ts';
import { consumePartition } from './local-partition.ts';

const trimEveryMs = 60_000;

/** The in-process twin of the Kafka bus: a durable log in a folder (in memory without one), shared within the process. */
export async function createLocalBus(directory?: string): Promise<Bus> {
  const log = openBusLog(directory);
  const scope = directory ?? randomUUID();
  const consumers = new AsyncDisposableStack();
  const trimmer = setInterval(() => log.trim(), trimEveryMs);
  trimmer.unref();

  return {
    publish: async (messages) => log.append(messages.map(toLog)),
    subscribe: async (subscription) => consumers.use(subscribe(log, scope, subscription)),
    lag: async (group, topics) => log.lag(group, topics),
    ping: async () => undefined,
    [Symbol.asyncDispose]: async () => {
      clearInterval(trimmer);
      await consumers.disposeAsync();
      log[Symbol.dispose]();
    },
  };
}

const toLog = ({ forGroup, ...message }: BusMessage) => ({
  ...message,
  headers: forGroup === undefined ? {} : { forGroup },
});

function subscribe(log: BusLog, scope: string, subscription: Subscription): AsyncDisposable {
  const { group, topics, handle, batch = bounds.bus.batch, peek = false } = subscription;
  const member = joinLocalGroup(peek ? randomUUID() : `${scope} ${group}`);
  const loops = topics.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) =>
      consumePartition({ log, member, group, topic, partition, handle, batch, peek }),
    ),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
      member[Symbol.dispose]();
    },
  };
}
