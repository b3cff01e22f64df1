import { invalidField } from './errors.ts';

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const objectIdPattern = /^[0-9a-f]{24}$/i;

/** A UUID of any version (RFC 9562, section 4) in lower case; INVALID_ARGUMENT otherwise. */
export function parseUuid(value: string, field = 'id'): string {
  if (!uuidPattern.test(value)) throw invalidField(field, 'must be a UUID');
  return value.toLowerCase();
}

/** A 24-hex ObjectId in lower case; INVALID_ARGUMENT otherwise. */
export function parseObjectId(value: string, field = 'id'): string {
  if (!objectIdPattern.test(value)) throw invalidField(field, 'must be 24 hexadecimal digits');
  return value.toLowerCase();
}

const maxBatch = 1000;

/** Parse each id, or whatever else a batch read asks by; INVALID_ARGUMENT when one is malformed or there are over 1000. */
export function parseBatch<Item, Parsed>(
  items: readonly Item[],
  parse: (item: Item, field: string) => Parsed,
  field = 'ids',
): Parsed[] {
  if (items.length > maxBatch) throw invalidField(field, `must have at most ${maxBatch} entries`);
  return items.map((item) => parse(item, field));
}
