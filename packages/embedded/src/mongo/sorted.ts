const CHUNK = 512;
/** Leaves room in the chunks of a filled list, so that the next inserts do not split them all. */
const FILL = 384;

/** Where an item lies relative to a wanted range: negative before it, 0 inside, positive after. Monotone over the order. */
export type Probe<T> = (item: T) => number;

export type SortedList<T> = {
  readonly size: () => number;
  readonly insert: (item: T) => void;
  /** Puts many items, in any order, into a list that is still empty. */
  readonly fill: (items: readonly T[]) => void;
  /** Removes the item that compares equal; false when there is none. */
  readonly remove: (item: T) => boolean;
  /** The items inside the probe's range, in order or reversed. The list must not change meanwhile. */
  readonly scan: (probe: Probe<T>, reverse?: boolean) => Generator<T>;
};

/** The first position whose item is not before the range (`strict` skips the range as well). */
function search<T>(items: readonly T[], probe: Probe<T>, strict: boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    const place = item === undefined ? 1 : probe(item);
    if (place < 0 || (strict && place === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A sorted list in chunks, so that an insert moves at most a chunk. `compare` must be a total order over the items. */
export function createSortedList<T extends object>(compare: (a: T, b: T) => number): SortedList<T> {
  const chunks: T[][] = [[]];
  let size = 0;

  function chunkOf(probe: Probe<T>, strict: boolean): number {
    let low = 0;
    let high = chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = chunks[middle]?.at(-1);
      const place = last === undefined ? -1 : probe(last);
      if (place < 0 || (strict && place === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function insert(item: T): void {
    const probe: Probe<T> = (other) => compare(other, item);
    const at = chunkOf(probe, false);
    const chunk = chunks[at] ?? [];
    chunk.splice(search(chunk, probe, false), 0, item);
    size++;
    if (chunk.length <= CHUNK) return;
    // A run of ascending inserts (ids, times) leaves full chunks behind instead of half-empty ones.
    const keep = at === chunks.length - 1 && chunk.at(-1) === item ? CHUNK : CHUNK / 2;
    chunks.splice(at + 1, 0, chunk.splice(keep));
  }

  function fill(items: readonly T[]): void {
    const sorted = items.toSorted(compare);
    size = sorted.length;
    for (let at = 0; at < size; at += FILL) chunks[at / FILL] = sorted.slice(at, at + FILL);
  }

  function remove(item: T): boolean {
    const probe: Probe<T> = (other) => compare(other, item);
    const at = chunkOf(probe, false);
    const chunk = chunks[at] ?? [];
    const position = search(chunk, probe, false);
    const found = chunk[position];
    if (found === undefined || compare(found, item) !== 0) return false;
    chunk.splice(position, 1);
    size--;
    if (chunk.length === 0 && chunks.length > 1) chunks.splice(at, 1);
    return true;
  }

  function* ascend(probe: Probe<T>): Generator<T> {
    const first = chunkOf(probe, false);
    let position = search(chunks[first] ?? [], probe, false);
    for (let at = first; at < chunks.length; at++, position = 0) {
      const chunk = chunks[at] ?? [];
      for (; position < chunk.length; position++) {
        const item = chunk[position];
        if (item === undefined || probe(item) !== 0) return;
        yield item;
      }
    }
  }

  function* descend(probe: Probe<T>): Generator<T> {
    const last = chunkOf(probe, true);
    let position = search(chunks[last] ?? [], probe, true) - 1;
    for (let at = last; at >= 0; at--, position = (chunks[at]?.length ?? 0) - 1) {
      const chunk = chunks[at] ?? [];
      for (; position >= 0; position--) {
        const item = chunk[position];
        if (item === undefined || probe(item) !== 0) return;
        yield item;
      }
    }
  }

  const scan = (probe: Probe<T>, reverse = false): Generator<T> => (reverse ? descend(probe) : ascend(probe));
  return { size: () => size, insert, fill, remove, scan };
}
