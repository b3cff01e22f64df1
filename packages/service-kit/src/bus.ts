import { createNamespace } from './bus-namespace.ts';
import type { Logger } from './logger.ts';

/** A message on a topic; messages with one key arrive in the order in which they were published. */
export type BusMessage = {
  topic: string;
  key: string;
  value: Uint8Array;
  /** The one group that is to handle it, as when a dead letter is replayed; without it, every group. */
  forGroup?: string;
};

/** A message as it arrives, with its place. */
export type BusRecord = BusMessage & { partition: number; offset: number };

/** Handles a batch of one partition, oldest first; the batch counts as consumed only when it resolves. */
export type BatchHandler = (messages: readonly BusRecord[]) => Promise<void>;

export type Subscription = {
  group: string;
  topics: readonly string[];
  handle: BatchHandler;
  /** How many messages a batch has at most; `bounds.bus.batch` unless said otherwise. */
  batch?: number;
  /** How many partitions are handled side by side at least: whose handlers wait for each other says how many. */
  atOnce?: number;
  /** Only look: begin with the oldest message there is, and commit nothing. */
  peek?: boolean;
};

/** How far a group is behind in one partition; `end` is the offset that the next message there will have. */
export type PartitionLag = { topic: string; partition: number; end: number; lag: number };

/** What services see of Kafka, and of its in-process twin; one contract test runs over both. */
export type Bus = {
  /** Durable when it resolves. */
  publish: (messages: readonly BusMessage[]) => Promise<void>;
  /**
   * Consume from the group's last committed offset, a new group from the beginning; stops when disposed. Members of one
   * group share the partitions; a message may come again when they change, or when its handler failed.
   */
  subscribe: (subscription: Subscription) => Promise<AsyncDisposable>;
  /** How much of each partition of the topics a group has still to commit; it need not have a member. */
  lag: (group: string, topics: readonly string[]) => Promise<PartitionLag[]>;
  ping: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

const embeddedScheme = 'embedded:';

/**
 * Open the bus: `host:port,…` are Kafka brokers, `embedded:<folder>` the in-process log. Brokers may be followed by
 * `/<name>`, as a database's URL is by its name: all topics and groups then begin with it. `log` hears of odd topics.
 */
export async function openBus(brokers: string, clientId: string, log?: Pick<Logger, 'warn'>): Promise<Bus> {
  if (brokers.startsWith(embeddedScheme)) {
    const { createLocalBus } = await import('./bus-local.ts');
    return createLocalBus(brokers.slice(embeddedScheme.length) || undefined);
  }
  const { createKafkaBus } = await import('./bus-kafka.ts');
  const [hosts = '', namespace = ''] = brokers.split('/');
  const { inNamespace, withNamespace } = createNamespace(namespace);
  const warn = (line: string) => log?.warn(`Kafka: ${line}`);
  return withNamespace(await createKafkaBus({ brokers: hosts.split(','), clientId, inNamespace, warn }));
}
