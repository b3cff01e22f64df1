import { Long } from 'bson';
import { type Doc, MAX_DOC_BYTES } from './bson.ts';
import { CommandError } from './errors.ts';

/** A document of a result, and its size in bytes for the bound of a reply. */
export type Item = { readonly doc: Doc; readonly size: number };
export type Batch = { readonly batchSize: number; readonly single: boolean };

type Open = { readonly namespace: string; readonly items: readonly Item[]; position: number; usedAt: number };

export type Cursors = {
  /** The `cursor` part of a first reply; what does not fit in the batch stays open for getMore. */
  readonly open: (namespace: string, items: readonly Item[], batch: Batch) => Doc;
  readonly more: (id: unknown, namespace: string, batchSize: number) => Doc;
  /** Closes a cursor; whether it was open. */
  readonly kill: (id: unknown) => boolean;
  /** Forgets the cursors that nobody used for the idle time. */
  readonly sweep: () => void;
};

/** Cursors are snapshots of their results. The oldest are forgotten beyond `limit`, idle ones after `idleMs`. */
export function createCursors(options: {
  readonly now: () => number;
  readonly limit: number;
  readonly idleMs: number;
}): Cursors {
  const cursors = new Map<string, Open>();
  let lastId = 0;

  function take(open: Open, batchSize: number): Doc[] {
    const batch: Doc[] = [];
    let bytes = 0;
    while (open.position < open.items.length && batch.length < batchSize) {
      const item = open.items[open.position];
      if (!item || (batch.length > 0 && bytes + item.size > MAX_DOC_BYTES)) break;
      batch.push(item.doc);
      bytes += item.size;
      open.position++;
    }
    return batch;
  }

  function keep(id: string, open: Open): Long {
    cursors.delete(id);
    if (open.position >= open.items.length) return Long.ZERO;
    open.usedAt = options.now();
    cursors.set(id, open);
    for (const oldest of cursors.keys()) {
      if (cursors.size <= options.limit) break;
      cursors.delete(oldest);
    }
    return Long.fromString(id);
  }

  return {
    open: (namespace, items, { batchSize, single }) => {
      const open: Open = { namespace, items, position: 0, usedAt: 0 };
      const firstBatch = take(open, batchSize);
      const id = single ? Long.ZERO : keep(String(++lastId), open);
      return { id, ns: namespace, firstBatch };
    },
    more: (id, namespace, batchSize) => {
      const open = cursors.get(String(id));
      if (open?.namespace !== namespace) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
      const nextBatch = take(open, batchSize);
      return { id: keep(String(id), open), ns: namespace, nextBatch };
    },
    kill: (id) => cursors.delete(String(id)),
    sweep: () => {
      for (const [id, { usedAt }] of cursors) if (options.now() - usedAt > options.idleMs) cursors.delete(id);
    },
  };
}
