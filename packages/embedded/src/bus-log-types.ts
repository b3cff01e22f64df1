export type BusMessage = { topic: string; key: string; value: Uint8Array; headers: Record<string, string> };
/** A message as it is read back; the offset is its place in its topic and partition, the timestamp epoch ms. */
export type BusRecord = { offset: number; timestamp: number } & Omit<BusMessage, 'topic'>;
export type BusLag = { topic: string; partition: number; end: number; lag: number };
export type AppendListener = (topics: ReadonlySet<string>) => void;

export type BusLog = Disposable & {
  /** Keeps all or none of the messages, durably at return, in order within a key. */
  append(messages: readonly BusMessage[]): void;
  /** At most `max` records from the group's committed offset on. A group that is new starts at the earliest record. */
  read(group: string, topic: string, partition: number, max: number): BusRecord[];
  /** Sets the next offset that the group reads, as Kafka counts; an older one than it has changes nothing. */
  commit(group: string, topic: string, partition: number, offset: number): void;
  /** Calls `listener` after each append; answers how to stop it. */
  onAppend(listener: AppendListener): () => void;
  /** Removes records whose time is over, a bounded number a call, and answers how many. */
  trim(): number;
  /** At most `max` records from an offset on, for who only looks. */
  peek(topic: string, partition: number, offset: number, max: number): BusRecord[];
  /** How many records of each partition the group has still to commit, and where the partition ends. */
  lag(group: string, topics: readonly string[]): BusLag[];
};
