import { type Doc, getField, isDoc, setField } from './bson.ts';
import { numberOf, RANK, rankOf } from './compare.ts';
import { CommandError } from './errors.ts';
import { projectThroughMingo } from './pipeline.ts';

type Project = (doc: Doc) => Doc;
type Tree = Map<string, Tree | null>;

function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  return rankOf(value) === RANK.number ? Number(numberOf(value)) !== 0 : null;
}

function treeOf(paths: readonly string[]): Tree {
  const root: Tree = new Map();
  for (const path of paths) {
    let node = root;
    const parts = path.split('.');
    for (const [i, part] of parts.entries()) {
      const next = node.get(part);
      if (next === null || (next !== undefined && i === parts.length - 1)) {
        throw new CommandError('BadValue', `Path collision at ${path}`);
      }
      const child: Tree | null = i === parts.length - 1 ? null : (next ?? new Map());
      node.set(part, child);
      if (child) node = child;
    }
  }
  return root;
}

function include(doc: Doc, tree: Tree): Doc {
  const out: Doc = {};
  for (const key of Object.keys(doc)) {
    const branch = tree.get(key);
    if (branch === undefined) continue;
    const value = getField(doc, key);
    if (branch === null) setField(out, key, value);
    else if (Array.isArray(value))
      setField(
        out,
        key,
        value.filter(isDoc).map((item) => include(item, branch)),
      );
    else if (isDoc(value)) setField(out, key, include(value, branch));
  }
  return out;
}

function exclude(doc: Doc, tree: Tree): Doc {
  const out: Doc = {};
  for (const key of Object.keys(doc)) {
    const branch = tree.get(key);
    const value = getField(doc, key);
    if (branch === undefined) setField(out, key, value);
    else if (branch === null) continue;
    else if (Array.isArray(value))
      setField(
        out,
        key,
        value.map((item) => (isDoc(item) ? exclude(item, branch) : item)),
      );
    else setField(out, key, isDoc(value) ? exclude(value, branch) : value);
  }
  return out;
}

function hasSlice(value: unknown): boolean {
  return isDoc(value) && Object.hasOwn(value, '$slice');
}

/** Compiles a projection; null is none. Including and excluding is done here, operators and expressions by mingo. */
export function compileProjection(projection: Doc): Project | null {
  const fields = Object.entries(projection).map(([path, value]) => ({ path, keep: flag(value) }));
  if (fields.length === 0) return null;
  const missing = fields.find(({ path }) => path.endsWith('.$') || hasSlice(projection[path]));
  if (missing) throw new CommandError('NotImplemented', `The projection of '${missing.path}' is not implemented`);
  if (fields.some(({ keep }) => keep === null)) return (doc) => projectThroughMingo(projection, doc);
  const id = fields.find(({ path }) => path === '_id');
  const others = fields.filter(({ path }) => path !== '_id');
  const including = others.length > 0 ? others[0]?.keep === true : id?.keep === true;
  const odd = others.find(({ keep }) => keep !== including);
  if (odd) {
    throw new CommandError(
      'BadValue',
      `Cannot do ${including ? 'exclusion' : 'inclusion'} on field ${odd.path} in ${including ? 'inclusion' : 'exclusion'} projection`,
    );
  }
  const withId = id === undefined ? including : id.keep === including;
  const tree = treeOf([...(withId ? ['_id'] : []), ...others.map(({ path }) => path)]);
  return (doc) => (including ? include(doc, tree) : exclude(doc, tree));
}
