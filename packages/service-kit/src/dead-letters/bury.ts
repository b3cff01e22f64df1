import { DeadLetter } from '@minitwitter/proto/events/v1/events';
import type { Bus, BusRecord } from '../bus.ts';
import { logFields } from '../context.ts';
import { deadLetterTopic, type EventCause } from '../events.ts';
import type { Logger } from '../logger.ts';
import { deadLetters } from '../metrics.ts';
import { describeFailure } from './describe-failure.ts';

type BuryDeps = { bus: Pick<Bus, 'publish'>; group: string; log: Logger };

/** How a group gives a message up: it goes to the dead-letter topic, with where it was and what it failed on. */
export const buryIn =
  ({ bus, group, log }: BuryDeps) =>
  async (message: BusRecord, error: unknown, attempts: number, cause?: EventCause): Promise<void> => {
    const { topic, partition, offset, key } = message;
    const letter = DeadLetter.fromPartial({
      ...{ topic, partition, offset, key, group, attempts },
      value: Buffer.from(message.value),
      error: describeFailure(error),
      failedAt: new Date(),
    });
    await bus.publish([{ topic: deadLetterTopic, key, value: DeadLetter.encode(letter).finish() }]);
    deadLetters.inc({ group, topic });
    const fields = { err: error, group, topic, partition, offset, ...(cause && logFields(cause)) };
    log.error(fields, 'event moved to the dead-letter topic');
  };
