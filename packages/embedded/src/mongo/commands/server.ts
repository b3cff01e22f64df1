import { text } from '../args.ts';
import { type Doc, MAX_DOC_BYTES } from '../bson.ts';
import { command, type Handler } from '../command.ts';
import { CommandError } from '../errors.ts';
import { MAX_MESSAGE_BYTES } from '../wire.ts';

/** The MongoDB release whose behaviour is followed; its wire version is 21. */
const VERSION = '7.0.0';
export const MAX_WRITE_BATCH = 100_000;

const hello: Handler = ({ context, connectionId, args }) => ({
  ...('hello' in args ? { isWritablePrimary: true } : { ismaster: true, isWritablePrimary: true, helloOk: true }),
  maxBsonObjectSize: MAX_DOC_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  maxWriteBatchSize: MAX_WRITE_BATCH,
  localTime: new Date(context.now()),
  logicalSessionTimeoutMinutes: 30,
  connectionId,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
});

function parameter(args: Doc): Doc {
  if (args.getParameter !== '*' && 'featureCompatibilityVersion' in args) {
    return { featureCompatibilityVersion: { version: '7.0' }, ok: 1 };
  }
  throw new CommandError('InvalidOptions', 'no option found to get');
}

const buildInfo: Handler = () => ({
  version: VERSION,
  versionArray: [7, 0, 0, 0],
  gitVersion: 'embedded',
  modules: [],
  bits: 64,
  maxBsonObjectSize: MAX_DOC_BYTES,
  ok: 1,
});

const ok: Handler = () => ({ ok: 1 });

export const serverCommands: [string, Handler][] = [
  ['hello', hello],
  ['isMaster', hello],
  ['ismaster', hello],
  command('ping', '', ok),
  command('endSessions', '', ok),
  command('buildInfo', '', buildInfo),
  command('buildinfo', '', buildInfo),
  ['getParameter', ({ args }) => parameter(args)],
  command('killCursors', 'cursors', ({ context, args }) => {
    text(args, 'killCursors');
    const ids = Array.isArray(args.cursors) ? args.cursors : [];
    const killed = ids.filter((id) => context.cursors.kill(id));
    return {
      cursorsKilled: killed,
      cursorsNotFound: ids.filter((id) => !killed.includes(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: 1,
    };
  }),
];
