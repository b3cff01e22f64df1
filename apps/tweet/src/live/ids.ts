/** Below the id of every tweet. */
export const noId = '0'.repeat(24);

/**
 * Ids are made by several processes: one that is lower than another may become visible later. How far a reader looks back,
 * in seconds: writes that take no longer, by clocks that differ no more, are not missed.
 */
export const overlapSeconds = 10;

/** When an id was made (BSON ObjectId), in epoch seconds. */
export const secondsOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16);

/** Not above any id that is made from this second (of the epoch) on. */
export const firstIdAt = (seconds: number): string =>
  Math.max(0, Math.floor(seconds)).toString(16).padStart(8, '0').padEnd(24, '0');

/** Where to read on from when all is known up to an id: what becomes visible later is above it. */
export const overlapBefore = (id: string): string => firstIdAt(secondsOf(id) - overlapSeconds);

export const lower = (one: string, other: string): string => (one < other ? one : other);
export const higher = (one: string, other: string): string => (one > other ? one : other);
