import type { Doc } from './bson.ts';

/** MongoDB's error codes that this server can answer; the key is the `codeName`. Source: mongo/src/mongo/base/error_codes.yml. */
const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  CannotIndexParallelArrays: 171,
  NotImplemented: 238,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Location40324: 40324,
  Location40415: 40415,
} as const;

type CodeName = keyof typeof CODES;

/** An answer of `ok: 0`; `extra` is merged into the reply or the write error (`keyPattern`, `keyValue`). */
export class CommandError extends Error {
  readonly code: number;
  readonly codeName: CodeName;
  readonly extra: Doc;
  constructor(codeName: CodeName, message: string, extra: Doc = {}) {
    super(message);
    this.name = 'CommandError';
    this.codeName = codeName;
    this.code = CODES[codeName];
    this.extra = extra;
  }
}

/** Turns whatever was thrown into a CommandError; what mingo or bson refuse is the client's bad value. */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (error instanceof RangeError) return new CommandError('Overflow', 'The value is nested too deep or out of range');
  if (!(error instanceof Error)) return new CommandError('InternalError', String(error));
  if (error instanceof SyntaxError || error.name.startsWith('BSON') || error.constructor.name === 'MingoError') {
    return new CommandError('BadValue', error.message);
  }
  return new CommandError('InternalError', error.message);
}

/** The reply of a failed command. */
export function errorReply(error: CommandError): Doc {
  return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.extra };
}
