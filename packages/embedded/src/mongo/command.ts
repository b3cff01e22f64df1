import { checkFields } from './args.ts';
import type { Doc } from './bson.ts';
import type { Catalog } from './catalog.ts';
import type { Cursors } from './cursors.ts';

/** What every command works with. */
export type Context = { readonly catalog: Catalog; readonly cursors: Cursors; readonly now: () => number };

/** One command as it arrived: its database and its body, with document sequences joined in. */
export type Call = {
  readonly context: Context;
  readonly db: string;
  readonly args: Doc;
  readonly connectionId: number;
};

export type Handler = (call: Call) => Doc;

/** A handler of one command, that refuses the fields it does not take. */
export function command(name: string, fields: string, run: Handler): [string, Handler] {
  const allowed = new Set([name, ...fields.split(' ')]);
  return [
    name,
    (call) => {
      checkFields(name, call.args, allowed);
      return run(call);
    },
  ];
}

/** The reply of a command that gives a list, as a cursor that is already exhausted. */
export function closedCursor(namespace: string, firstBatch: Doc[]): Doc {
  return { cursor: { id: 0n, ns: namespace, firstBatch }, ok: 1 };
}
