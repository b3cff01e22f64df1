import { type Bus, type BusMessage, type BusRecord, openBus } from './bus.ts';

export const textOf = ({ value }: Pick<BusMessage, 'value'>): string => Buffer.from(value).toString();

type MemberOptions = {
  brokers: string;
  group: string;
  topic: string;
  /** Only these keys are a test's own: a broker keeps those of others. */
  keys: readonly string[];
  onBatch?: (texts: readonly string[]) => Promise<void> | void;
  batch?: number;
  peek?: boolean;
};

export type Member = AsyncDisposable & { bus: Bus; handled: BusRecord[]; batches: number[] };

/** A member of a group with a bus of its own, as a replica has it, and what it has handled. */
export async function joinGroup({ brokers, keys, topic, onBatch, ...rest }: MemberOptions): Promise<Member> {
  const bus = await openBus(brokers, 'test');
  const [handled, batches]: [BusRecord[], number[]] = [[], []];
  const wanted = new Set(keys);
  await bus.subscribe({
    ...rest,
    topics: [topic],
    handle: async (messages) => {
      batches.push(messages.length);
      const own = messages.filter(({ key }) => wanted.has(key));
      if (own.length > 0) await onBatch?.(own.map(textOf));
      handled.push(...own);
    },
  });
  return { bus, handled, batches, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}
