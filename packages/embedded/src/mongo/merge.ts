type Head<T> = { value: T; readonly from: number; readonly rest: Iterator<T> };
type Before<T> = (one: Head<T>, other: Head<T>) => boolean;

/** Let the first head sink to where nothing below it comes before it; all others are in heap order already. */
function sink<T>(heads: Head<T>[], before: Before<T>): void {
  const [sinking] = heads;
  if (!sinking) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [one, other] = [heads[left], heads[left + 1]];
    if (!one) break;
    const [next, place] = other && before(other, one) ? [other, left + 1] : [one, left];
    if (!before(next, sinking)) break;
    heads[at] = next;
    at = place;
  }
  heads[at] = sinking;
}

/** Merge sources that each are in order, reading no further than is asked for; of equals, the earlier source's comes first. */
export function* mergeSorted<T>(sources: readonly Iterable<T>[], compare: (a: T, b: T) => number): Generator<T> {
  const order = (one: Head<T>, other: Head<T>) => compare(one.value, other.value) || one.from - other.from;
  const before: Before<T> = (one, other) => order(one, other) < 0;
  const heads: Head<T>[] = [];
  for (const [from, source] of sources.entries()) {
    const rest = source[Symbol.iterator]();
    const first = rest.next();
    if (!first.done) heads.push({ value: first.value, from, rest });
  }
  heads.sort(order);
  for (let [top] = heads; top; [top] = heads) {
    yield top.value;
    const next = top.rest.next();
    if (!next.done) top.value = next.value;
    else {
      const last = heads.pop();
      if (last && last !== top) heads[0] = last;
    }
    sink(heads, before);
  }
}
