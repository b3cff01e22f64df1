import { randomBytes } from 'node:crypto';

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

type ObjectIdOptions = { now?: () => number; random?: (size: number) => Buffer; perSecond?: number };

/**
 * A source of ObjectIds (BSON: 4 bytes of epoch seconds, 5 of the process, 3 of a counter) as 24-hex strings. Unlike the
 * driver's, each is greater than the one before, also when the clock steps back or the counter runs over: lists by `_id`
 * are in the order of making.
 */
export function createObjectIds(options: ObjectIdOptions = {}): () => string {
  const { now = Date.now, random = randomBytes, perSecond = 2 ** 24 } = options;
  const process = random(5).toString('hex');
  let seconds = 0;
  let counter = 0;
  return () => {
    const current = Math.floor(now() / 1000);
    if (current > seconds) [seconds, counter] = [current, 0];
    else if (counter + 1 < perSecond) counter += 1;
    else [seconds, counter] = [seconds + 1, 0];
    return hex(seconds, 8) + process + hex(counter, 6);
  };
}
