import { type Doc, isDoc } from './bson.ts';
import { numberOf } from './compare.ts';
import { CommandError } from './errors.ts';
import { isNumeric } from './numeric.ts';
import { typeName } from './types.ts';

function wrong(name: string, value: unknown, wanted: string): CommandError {
  return new CommandError(
    'TypeMismatch',
    `BSON field '${name}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  );
}

/** A field that must be a string. */
export function text(args: Doc, name: string): string {
  const value = args[name];
  if (typeof value === 'string') return value;
  throw wrong(name, value, 'string');
}

/** A document field; empty when it is missing or null. */
export function doc(args: Doc, name: string): Doc {
  const value = args[name] ?? {};
  if (isDoc(value)) return value;
  throw wrong(name, value, 'object');
}

/** A field that must be an array of documents. */
export function docs(args: Doc, name: string): Doc[] {
  const value = args[name];
  if (!Array.isArray(value)) throw wrong(name, value, 'array');
  return value.map((item) => {
    if (isDoc(item)) return item;
    throw wrong(name, item, 'object');
  });
}

/** An integer that is not negative; `fallback` when it is missing. */
export function count(args: Doc, name: string, fallback: number): number {
  const value = args[name];
  if (value === undefined || value === null) return fallback;
  const number = isNumeric(value) ? Number(numberOf(value)) : Number.NaN;
  if (Number.isNaN(number)) throw wrong(name, value, 'long');
  if (Number.isInteger(number) && number >= 0) return number;
  throw new CommandError('BadValue', `BSON field '${name}' value must be >= 0, actual value '${number}'`);
}

/** A flag; numbers count as booleans, as MongoDB has it. */
export function flag(args: Doc, name: string, fallback = false): boolean {
  const value = args[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return Number(numberOf(value)) !== 0;
  throw wrong(name, value, 'bool');
}

/** Fields that any command may carry and that change nothing here. */
const GENERIC = new Set(
  '$db lsid $readPreference $clusterTime $configServerState maxTimeMS comment writeConcern readConcern apiVersion apiStrict apiDeprecationErrors'.split(
    ' ',
  ),
);

/** What MongoDB knows and this server does not do: refused by its name instead of ignored. */
const UNSUPPORTED = new Set(
  'collation let arrayFilters tailable awaitData returnKey showRecordId min max sampleRate capped size timeseries validator viewOn pipeline clusteredIndex changeStreamPreAndPostImages encryptedFields storageEngine expireAfterSeconds commitQuorum'.split(
    ' ',
  ),
);

function isOff(value: unknown): boolean {
  return value === undefined || value === null || value === false || (isDoc(value) && Object.keys(value).length === 0);
}

/** Refuses fields that a command does not take: InvalidOptions for MongoDB's that are missing here, 40415 for unknown ones. */
export function checkFields(command: string, args: Doc, allowed: ReadonlySet<string>): void {
  for (const name of Object.keys(args)) {
    if (allowed.has(name) || GENERIC.has(name)) continue;
    if (UNSUPPORTED.has(name)) {
      if (isOff(args[name])) continue;
      throw new CommandError('InvalidOptions', `The option '${name}' of ${command} is not implemented by this server`);
    }
    throw new CommandError('Location40415', `BSON field '${command}.${name}' is an unknown field.`);
  }
}
