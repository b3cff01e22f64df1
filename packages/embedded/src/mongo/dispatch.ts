import type { Doc } from './bson.ts';
import type { Context, Handler } from './command.ts';
import { aggregateCommands } from './commands/aggregate.ts';
import { collectionCommands } from './commands/collections.ts';
import { explainCommands } from './commands/explain.ts';
import { findAndModifyCommands } from './commands/find-and-modify.ts';
import { indexCommands } from './commands/indexes.ts';
import { readCommands } from './commands/read.ts';
import { serverCommands } from './commands/server.ts';
import { writeCommands } from './commands/write.ts';
import { CommandError, errorReply, toCommandError } from './errors.ts';

const HANDLERS = new Map<string, Handler>([
  ...serverCommands,
  ...collectionCommands,
  ...indexCommands,
  ...readCommands,
  ...writeCommands,
  ...findAndModifyCommands,
  ...aggregateCommands,
  ...explainCommands,
]);

function run(context: Context, args: Doc, connectionId: number): Doc {
  const [name = ''] = Object.keys(args);
  const handler = HANDLERS.get(name);
  if (!handler) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  if ('txnNumber' in args || 'startTransaction' in args || 'autocommit' in args) {
    const message = 'Transaction numbers are only allowed on a replica set member or mongos';
    throw new CommandError('IllegalOperation', message);
  }
  return handler({ context, db: typeof args.$db === 'string' ? args.$db : 'admin', args, connectionId });
}

/** Answers one command; whatever goes wrong is an `ok: 0` reply. */
export function dispatch(context: Context, args: Doc, connectionId: number): Doc {
  try {
    return run(context, args, connectionId);
  } catch (error) {
    return errorReply(toCommandError(error));
  }
}
