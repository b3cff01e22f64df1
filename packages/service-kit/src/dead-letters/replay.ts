import type { DeadLetter } from '@minitwitter/proto/events/v1/events';
import type { Bus } from '../bus.ts';
import { deadLetterTopic } from '../events.ts';
import { walkWaiting } from './waiting.ts';

export type Choice = {
  /** Only letters that came from this topic. */
  topic?: string | undefined;
  /** At most so many of them. */
  limit?: number | undefined;
  /** Ends it after the letter in hand. */
  signal?: AbortSignal | undefined;
};

/** The chosen letters that wait, which go on waiting. */
export async function listDeadLetters(bus: Bus, { topic, limit = Infinity, signal }: Choice): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await walkWaiting({
    ...{ bus, signal, peek: true },
    visit: async (letter) => {
      if (letters.length === limit) return false;
      if (topic === undefined || letter.topic === topic) letters.push(letter);
      return true;
    },
  });
  return letters;
}

/**
 * Publish the messages of the chosen letters again, where and under the key that they were, for the group alone that failed
 * on them: what others made of them long ago stays as it is. A letter of another topic goes to the end of the dead
 * letters. An interruption at any moment loses nothing, and at worst a message is published twice.
 */
export async function replayDeadLetters(
  bus: Bus,
  { topic, limit = Infinity, signal }: Choice,
): Promise<{ replayed: number; putBack: number }> {
  const counts = { replayed: 0, putBack: 0 };
  let taken = 0;
  await walkWaiting({
    ...{ bus, signal, peek: false },
    visit: async (letter, { key, value }) => {
      const isChosen = topic === undefined || letter.topic === topic;
      if (isChosen && taken === limit) return false;
      if (!isChosen) {
        await bus.publish([{ topic: deadLetterTopic, key, value }]);
        counts.putBack += 1;
        return true;
      }
      taken += 1;
      await bus.publish([{ topic: letter.topic, key: letter.key, value: letter.value, forGroup: letter.group }]);
      counts.replayed += 1;
      return true;
    },
  });
  return counts;
}
