import { mustResync } from '@minitwitter/service-kit/errors';

const beginning = '0'.repeat(24);

/** What services watch: a log a user, read from a cursor on by any number of streams; `open` is how many there are. */
export function createFakeStream<Item extends { id: string }>() {
  const logs = new Map<string, Item[]>();
  let changed = Promise.withResolvers<void>();
  let open = 0;

  function logOf(key: string): Item[] {
    const log = logs.get(key) ?? [];
    logs.set(key, log);
    return log;
  }

  function positionAfter(log: readonly Item[], after: string | undefined): number {
    if (after === undefined) return log.length;
    const position = log.findIndex(({ id }) => id === after) + 1;
    if (position === 0 && after !== beginning) throw mustResync();
    return position;
  }

  return {
    open: () => open,
    push: (key: string, item: Item): Item => {
      logOf(key).push(item);
      changed.resolve();
      changed = Promise.withResolvers();
      return item;
    },
    read: async function* (key: string, after: string | undefined, signal: AbortSignal) {
      const log = logOf(key);
      const gone = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      let position = positionAfter(log, after);
      open += 1;
      try {
        yield { cursor: log[position - 1]?.id ?? beginning, item: undefined };
        while (!signal.aborted) {
          const item = log[position];
          if (item) {
            position += 1;
            yield { cursor: item.id, item };
          } else await Promise.race([changed.promise, gone]);
        }
      } finally {
        open -= 1;
      }
    },
  };
}
