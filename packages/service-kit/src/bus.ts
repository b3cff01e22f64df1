import { createNamespace } from './bus-namespace.ts';

/** A message on a topic; messages with one key arrive in the order in which they were published. */
export type BusMessage = { topic: string; key: string; value: Uint8Array };

/** Handles a batch of one partition, oldest first; the batch counts as consumed only when it resolves. */
export type BatchHandler = (messages: readonly BusMessage[]) => Promise<void>;

export type Subscription = { group: string; topics: readonly string[]; handle: BatchHandler };

/** What services see of Kafka, and of its in-process twin; one contract test runs over both. */
export type Bus = {
  /** Durable when it resolves. */
  publish: (messages: readonly BusMessage[]) => Promise<void>;
  /** Consume from the group's last committed offset, a new group from the beginning; stops when disposed. */
  subscribe: (subscription: Subscription) => Promise<AsyncDisposable>;
  ping: () => Promise<void>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

const embeddedScheme = 'embedded:';

/**
 * Open the bus: `host:port,…` are Kafka brokers, `embedded:<folder>` the in-process log. Brokers may be followed by
 * `/<name>`, as a database's URL is by its name: all topics and groups then begin with it.
 */
export async function openBus(brokers: string, clientId: string): Promise<Bus> {
  if (brokers.startsWith(embeddedScheme)) {
    const { createLocalBus } = await import('./bus-local.ts');
    return createLocalBus(brokers.slice(embeddedScheme.length) || undefined);
  }
  const { createKafkaBus } = await import('./bus-kafka.ts');
  const [hosts = '', namespace = ''] = brokers.split('/');
  const { inNamespace, withNamespace } = createNamespace(namespace);
  return withNamespace(await createKafkaBus({ brokers: hosts.split(','), clientId, inNamespace }));
}
