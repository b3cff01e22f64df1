/** `at` is in epoch milliseconds. */
type Due = { readonly at: number };

type DeadlinesOptions = { everyMs?: number; now?: () => number };

/**
 * Keep many deadlines by one timer: nearly all are taken back before, and then cost next to nothing. They are told up to `everyMs`
 * late.
 */
export function createDeadlines<Item extends Due>(onLate: (item: Item) => void, options: DeadlinesOptions = {}) {
  const { everyMs = 100, now = Date.now } = options;
  const pending = new Set<Item>();
  let timer: NodeJS.Timeout | undefined;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function sweep(): void {
    if (pending.size === 0) stop();
    const time = now();
    for (const item of pending) {
      if (item.at > time) continue;
      pending.delete(item);
      onLate(item);
    }
  }

  return {
    add: (item: Item): void => {
      pending.add(item);
      timer ??= setInterval(sweep, everyMs);
    },
    remove: (item: Item): void => void pending.delete(item),
    [Symbol.dispose]: stop,
  };
}
