import type { Doc } from './bson.ts';
import { openCatalog } from './catalog.ts';
import { createCursors } from './cursors.ts';
import { dispatch } from './dispatch.ts';
import type { Storage } from './storage.ts';
import { sweepExpired } from './ttl.ts';

const CURSOR_LIMIT = 1000;
const CURSOR_IDLE_MS = 10 * 60_000;

export type Engine = {
  readonly answer: (args: Doc, connectionId: number) => Doc;
  /** Removes expired documents and idle cursors. */
  readonly sweep: () => void;
};

/** Loads a storage into memory and answers commands on it. `now` gives epoch milliseconds. */
export function createEngine(storage: Storage, now: () => number): Engine {
  const catalog = openCatalog(storage);
  const cursors = createCursors({ now, limit: CURSOR_LIMIT, idleMs: CURSOR_IDLE_MS });
  const context = { catalog, cursors, now };
  return {
    answer: (args, connectionId) => dispatch(context, args, connectionId),
    sweep: () => {
      sweepExpired(catalog, now());
      cursors.sweep();
    },
  };
}
