import type { Delivery, End } from '@minitwitter/proto/multiplex/v1/multiplex';

/**
 * Gathers what streams of one call bring, until it is sent: equal messages of one method once for all their streams, and those of
 * each stream in order.
 */
export function createDeliveries() {
  let gathered: Delivery[] = [];
  /** Where the last message of a text stands, and where the last of a stream. */
  const placeOf = new Map<string, number>();
  const lastOf = new Map<number, number>();

  return {
    add: (streamId: number, path: string, message: Buffer): void => {
      const text = `${path} ${message.toString('latin1')}`;
      const place = placeOf.get(text);
      const known = place === undefined ? undefined : gathered[place];
      if (place !== undefined && known && place > (lastOf.get(streamId) ?? -1)) {
        known.streamIds.push(streamId);
        lastOf.set(streamId, place);
        return;
      }
      placeOf.set(text, gathered.length);
      lastOf.set(streamId, gathered.length);
      gathered.push({ streamIds: [streamId], content: { $case: 'message', value: message } });
    },
    /** After all that was added of the stream. */
    end: (streamId: number, end: End): void => {
      gathered.push({ streamIds: [streamId], content: { $case: 'end', value: end } });
    },
    /** All that was gathered since the last call. */
    take: (): Delivery[] => {
      const all = gathered;
      gathered = [];
      placeOf.clear();
      lastOf.clear();
      return all;
    },
  };
}
