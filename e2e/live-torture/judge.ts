import type { Testimony } from './clients/record.ts';
import type { Stored } from './stored.ts';

export type Kill = { text: string; at: number };

/** Kills this long before and after are told beside what went wrong. */
const aroundMs = 2000;
const mostTold = 5;

/** What is wrong with what one client saw, given all of its user's notifications that there are. */
export function judge(
  { name, after, since, seen, complaints }: Testimony,
  stored: readonly Stored[],
  kills: readonly Kill[],
): string[] {
  const around = (from: number, to = from) =>
    kills
      .filter(({ at }) => at > from - aroundMs && at < to + aroundMs)
      .map(({ text, at }) => `${Math.round(at - from)} ms: ${text}`)
      .join(', ');
  const known = new Set<string>();
  const wrong = complaints.map(({ text, at }) => `${name} was told: ${text} (kills: ${around(at)})`);

  let newest = after;
  for (const { id, at } of seen) {
    if (known.has(id)) wrong.push(`${name} saw ${id} again (kills: ${around(at)})`);
    else if (id <= newest) wrong.push(`${name} saw ${id} after ${newest} (kills: ${around(at)})`);
    known.add(id);
    if (id > newest) newest = id;
  }

  for (const { id, cause } of stored) {
    if (id <= after || known.has(id)) continue;
    const before = seen.findLast((one) => one.id < id);
    const next = seen.find((one) => one.id > id);
    const when = next ? `between ${before?.id ?? 'the beginning'} and ${next.id}` : 'and nothing later';
    wrong.push(
      `${name} did not see ${id} (${cause}), ${when} (kills: ${around(before?.at ?? since, (next ?? before)?.at)})`,
    );
  }

  const existing = new Set(stored.map(({ id }) => id));
  const lasting = seen.filter(({ id, type }) => (type === 'COMMENT' || type === 'MENTION') && !existing.has(id));
  wrong.push(...lasting.map(({ id, type }) => `${name} saw ${id}, a ${type} that is not there`));
  return wrong.length > mostTold ? [...wrong.slice(0, mostTold), `${name}: ${wrong.length - mostTold} more`] : wrong;
}
