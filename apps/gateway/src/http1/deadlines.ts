/** `at` is in epoch milliseconds. */
type Due = { readonly at: number };

/** Deadlines are told up to this late. */
const sweepMs = 100;

/** What is swept at the same moments, by one timer: a process that waits for answers is woken up once for all of it. */
const sweeps = new Set<() => void>();
let timer: NodeJS.Timeout | undefined;

function begin(sweep: () => void): void {
  sweeps.add(sweep);
  timer ??= setInterval(() => {
    for (const one of sweeps) one();
  }, sweepMs);
}

function end(sweep: () => void): void {
  sweeps.delete(sweep);
  if (sweeps.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** Keep many deadlines: nearly all are taken back before, and then cost next to nothing. */
export function createDeadlines<Item extends Due>(onLate: (item: Item) => void) {
  const pending = new Set<Item>();

  function sweep(): void {
    const now = Date.now();
    for (const item of pending) {
      if (item.at > now) continue;
      pending.delete(item);
      onLate(item);
    }
    if (pending.size === 0) end(sweep);
  }

  return {
    add: (item: Item): void => {
      if (pending.size === 0) begin(sweep);
      pending.add(item);
    },
    remove: (item: Item): void => void pending.delete(item),
    [Symbol.dispose]: (): void => end(sweep),
  };
}
