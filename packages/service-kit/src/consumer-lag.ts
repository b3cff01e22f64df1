import type { Bus } from './bus.ts';
import type { Logger } from './logger.ts';
import { consumerLag } from './metrics.ts';

type LagDeps = {
  bus: Pick<Bus, 'lag'>;
  group: string;
  topics: readonly string[];
  log: Logger;
  everyMs: number | undefined;
};

/** Keep the metric of how far a group is behind, asked every `everyMs`, never twice at once; gone when disposed. */
export function watchLag({ bus, group, topics, log, everyMs = 5000 }: LagDeps): Disposable {
  let isAsking = false;
  let isOver = false;
  const told = new Map<string, { group: string; topic: string; partition: number }>();

  async function look(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      const lags = await bus.lag(group, topics);
      if (isOver) return;
      for (const { topic, partition, lag } of lags) {
        const labels = { group, topic, partition };
        consumerLag.set(labels, lag);
        told.set(`${topic} ${partition}`, labels);
      }
    } catch (error) {
      log.debug({ err: error, group }, 'the lag is not known now');
    } finally {
      isAsking = false;
    }
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      isOver = true;
      clearInterval(timer);
      for (const labels of told.values()) consumerLag.remove(labels);
    },
  };
}
