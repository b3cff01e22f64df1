import { mustResync, unauthenticated, unavailable } from '@minitwitter/service-kit/errors';
import type { Arrival, LiveSource } from '../source.ts';

const beginning = idOf(0);

/** The id of the nth event, from 1 on; ids sort as they were made. */
export function idOf(index: number): string {
  return String(index).padStart(24, '0');
}

/**
 * A source over one ordered log. Streams break when told to, and are refused during an outage and to whoever is expelled;
 * `begins` has the log's length at each stream that began without a cursor.
 */
export function createLogSource(options: { ordered?: boolean; lag?: () => Promise<void> | undefined } = {}) {
  const { ordered = true, lag = () => undefined } = options;
  const log: string[] = [];
  const begins: number[] = [];
  const expelled = new Set<string>();
  let changed = Promise.withResolvers<void>();
  let breaks = 0;
  let isAway = false;
  let open = 0;
  let opened = 0;
  let idle = 0;
  const signalChange = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const positionOf = (after: string): number => {
    const index = after === beginning ? 0 : log.indexOf(after) + 1;
    if (index === 0 && after !== beginning) throw mustResync();
    return index;
  };

  async function* read(authorization: string, after: string | undefined, signal: AbortSignal): AsyncGenerator<Arrival> {
    const brokenBefore = breaks;
    const check = () => {
      if (signal.aborted || isAway || breaks !== brokenBefore) throw unavailable('The log');
      if (expelled.has(authorization)) throw unauthenticated();
    };
    const pause = async () => {
      await lag();
      check();
    };
    await pause();
    let at = after === undefined ? log.length : positionOf(after);
    if (after === undefined) begins.push(at);
    yield { cursor: log[at - 1] ?? beginning, event: undefined };
    for (;;) {
      await pause();
      const id = log[at];
      if (id !== undefined) {
        at += 1;
        yield { cursor: id, event: { id } };
        continue;
      }
      idle += 1;
      await Promise.race([changed.promise, aborted(signal)]);
      idle -= 1;
    }
  }

  const source: LiveSource = {
    ordered,
    open: async function* ({ authorization = '' }, after, signal) {
      open += 1;
      opened += 1;
      try {
        yield* read(authorization, after, signal);
      } finally {
        open -= 1;
      }
    },
  };

  return {
    source,
    log,
    begins,
    append: () => {
      log.push(idOf(log.length + 1));
      signalChange();
    },
    breakStreams: () => {
      breaks += 1;
      signalChange();
    },
    setAway: (away: boolean) => {
      isAway = away;
      signalChange();
    },
    expel: (authorization: string) => {
      expelled.add(authorization);
      signalChange();
    },
    /** How many streams are open, and were opened. */
    openStreams: () => open,
    openedStreams: () => opened,
    /** How many have read all there is. */
    idleStreams: () => idle,
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
