import { performance } from 'node:perf_hooks';

/** Whether the event loop of this process had next to no rest lately: what it takes on beside that, all else waits for. */
export function watchEventLoop({ busyShare, everyMs }: { busyShare: number; everyMs: number }): () => boolean {
  let share = 0;
  let seen = performance.eventLoopUtilization();
  let seenAt = performance.now();
  return () => {
    const now = performance.now();
    if (now - seenAt >= everyMs) {
      const current = performance.eventLoopUtilization();
      share = performance.eventLoopUtilization(current, seen).utilization;
      seen = current;
      seenAt = now;
    }
    return share > busyShare;
  };
}
