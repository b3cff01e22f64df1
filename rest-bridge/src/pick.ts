import { notFound } from '@minitwitter/service-kit/errors';
import { z } from 'zod';
import { asRecord } from './projector.ts';
import type { Result } from './row.ts';

/** The body of an answer; `nextCursor` is null but for a page that another follows. */
export type Picked = { body: Record<string, unknown> | null; nextCursor: string | null };

const connection = z.looseObject({
  edges: z.array(z.object({ node: z.unknown() })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
});

/** Take what a route answers out of projected data; NOT_FOUND where an object on the way is null. */
export function pickResult(result: Result, data: unknown): Picked {
  if (result.kind === 'none') return { body: null, nextCursor: null };
  const found = follow(data, result.path);
  return result.kind === 'page' ? pickPage(found) : { body: lifted(found, result.lift), nextCursor: null };
}

function follow(data: unknown, path: readonly string[]): Record<string, unknown> {
  let current = asRecord(data) ?? {};
  for (const key of path) {
    const next = asRecord(current[key]);
    if (!next) throw notFound(key);
    current = next;
  }
  return current;
}

function pickPage(found: Record<string, unknown>): Picked {
  const { edges, pageInfo, ...others } = connection.parse(found);
  const nextCursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return { body: { items: edges.map(({ node }) => node), next_cursor: nextCursor, ...others }, nextCursor };
}

function lifted(found: Record<string, unknown>, key: string | undefined): Record<string, unknown> {
  if (key === undefined) return found;
  const { [key]: inner, ...outer } = found;
  return { ...asRecord(inner), ...outer };
}
