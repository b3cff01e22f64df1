import { type Doc, isDoc } from './bson.ts';
import { numberOf, RANK, rankOf } from './compare.ts';
import { CommandError } from './errors.ts';
import { hashKey } from './key.ts';

export type IndexField = { readonly path: string; readonly parts: readonly string[]; readonly direction: 1 | -1 };

/** An index definition; `doc` is what listIndexes shows and what is stored. */
export type IndexSpec = {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partial: Doc | null;
  readonly ttlSeconds: number | null;
  readonly doc: Doc;
};

const KNOWN = new Set([
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'background',
  'partialFilterExpression',
  'expireAfterSeconds',
]);

function cannot(message: string): CommandError {
  return new CommandError('CannotCreateIndex', message);
}

/** Reads `{field: 1 | -1, …}`; an index sort or a query sort. */
export function parseFields(key: Doc, refuse: (message: string) => CommandError): IndexField[] {
  return Object.entries(key).map(([path, value]) => {
    if (path === '' || path.startsWith('$') || path.includes('$**')) throw refuse(`Unsupported key field: '${path}'`);
    const number = rankOf(value) === RANK.number ? Number(numberOf(value)) : 0;
    if (!number) throw refuse(`Unsupported value for field '${path}': only 1 and -1 are implemented`);
    return { path, parts: path.split('.'), direction: number > 0 ? 1 : -1 };
  });
}

function ttlOf(doc: Doc, fields: readonly IndexField[]): number | null {
  if (doc.expireAfterSeconds === undefined) return null;
  const seconds =
    rankOf(doc.expireAfterSeconds) === RANK.number ? Number(numberOf(doc.expireAfterSeconds)) : Number.NaN;
  if (!(seconds >= 0)) throw cannot('TTL index expireAfterSeconds must be a number that is not negative');
  if (fields.length !== 1) throw cannot('TTL indexes are single-field indexes, compound indexes do not support TTL');
  return seconds;
}

function partialOf(doc: Doc): Doc | null {
  if (doc.partialFilterExpression === undefined) return null;
  if (!isDoc(doc.partialFilterExpression)) throw cannot('partialFilterExpression must be a document');
  if (doc.sparse) throw cannot("cannot mix 'partialFilterExpression' and 'sparse' options");
  return doc.partialFilterExpression;
}

/** Reads an index description of createIndexes or of the catalog; throws CannotCreateIndex for what is not implemented. */
export function parseSpec(doc: Doc): IndexSpec {
  for (const [option, value] of Object.entries(doc)) {
    if (!KNOWN.has(option) && value !== false) throw cannot(`The index option '${option}' is not implemented`);
  }
  if (!isDoc(doc.key) || Object.keys(doc.key).length === 0)
    throw cannot('An index needs a key pattern that is not empty');
  const fields = parseFields(doc.key, cannot);
  const name =
    typeof doc.name === 'string' ? doc.name : fields.map(({ path, direction }) => `${path}_${direction}`).join('_');
  const unique = Boolean(doc.unique);
  const sparse = Boolean(doc.sparse);
  const partial = partialOf(doc);
  const ttlSeconds = ttlOf(doc, fields);
  const shown: Doc = { v: 2, key: doc.key, name };
  if (unique) shown.unique = true;
  if (sparse) shown.sparse = true;
  if (partial) shown.partialFilterExpression = partial;
  if (ttlSeconds !== null) shown.expireAfterSeconds = ttlSeconds;
  return { name, fields, unique, sparse, partial, ttlSeconds, doc: shown };
}

export const ID_SPEC: IndexSpec = { ...parseSpec({ key: { _id: 1 }, name: '_id_' }), unique: true };

function options({ doc }: IndexSpec): string {
  const { name: _, ...rest } = doc;
  return hashKey(rest);
}

/** Whether the same index is there already; throws 85 or 86 for one that conflicts. */
export function alreadyThere(wanted: IndexSpec, existing: readonly IndexSpec[]): boolean {
  for (const one of existing) {
    const sameKey = hashKey(one.doc.key) === hashKey(wanted.doc.key);
    if (one.name === wanted.name) {
      if (options(one) === options(wanted) || (one.name === '_id_' && sameKey)) return true;
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index: ${one.name}`,
      );
    }
    if (!sameKey) continue;
    if (one.name === '_id_') return true;
    throw new CommandError(
      'IndexOptionsConflict',
      `Index already exists with a different name or options: ${one.name}`,
    );
  }
  return false;
}
