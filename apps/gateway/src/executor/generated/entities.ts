import type { FetchNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionNode } from 'graphql/index.js';
import { copyOf, mergeMember } from '../merge.ts';
import type { PlanPath } from '../paths.ts';
import type { Key, MergeEntities, SelectEntities } from '../representations.ts';
import { Code, memberName, UnsupportedError, whereSupported } from './code.ts';

/** Generate what finds the objects at paths and represents each by its type and a key (as `representByKey` does). */
export function generateSelect(paths: readonly PlanPath[], { typename, field }: Key): SelectEntities | undefined {
  return whereSupported(() => {
    const code = new Code();
    const begin = code.constant(`{"__typename":${JSON.stringify(typename)},${JSON.stringify(field)}:`);
    const add = code.define(
      'v, s',
      `s.targets.push(v);
const key = v.__typename === '${memberName(typename)}' ? v.${memberName(field)} : undefined;
if (key === undefined) { s.indexes.push(undefined); return; }
const known = s.known.get(key);
s.indexes.push(known === undefined ? s.known.size : known);
if (known !== undefined) return;
s.json += (s.known.size === 0 ? '' : ',') + ${begin} + JSON.stringify(key) + '}';
s.known.set(key, s.known.size);`,
    );
    const finds = paths.map((path) => `${defineFind(code, path, add)}(v, s);`);
    return code.make<SelectEntities>(
      code.define(
        'v',
        `const s = { targets: [], indexes: [], known: new Map(), json: '' };
${finds.join('\n')}
return { targets: s.targets, indexes: s.indexes, count: s.known.size, json: '[' + s.json + ']' };`,
      ),
    );
  });
}

/** What calls a function for every object at a path, in order (as `compilePaths` does). */
function defineFind(code: Code, path: PlanPath, found: string): string {
  return path.reduceRight(
    (next, name) => {
      if (name === '@') return code.define('v, s', `if (Array.isArray(v)) for (const e of v) ${next}(e, s);`);
      return defineInLists(code, `${next}(v.${memberName(name)}, s);`);
    },
    defineInLists(code, `${found}(v, s);`),
  );
}

/** What does something with a value that is an object, and with each in a list, and in a list in that. */
function defineInLists(code: Code, act: string): string {
  const visit = (name: string) => `if (Array.isArray(v)) for (const e of v) ${name}(e, s);
else if (typeof v === 'object' && v !== null) ${act}`;
  return code.defineRecursive('v, s', visit);
}

/** Generate what merges entities into the objects that asked for them (as `mergeEntities` does); members that were not asked for are left out. */
export function generateMerge({ operation }: FetchNode): MergeEntities | undefined {
  return whereSupported(() => {
    const code = new Code();
    const merge = code.constant(mergeMember);
    const copy = code.constant(copyOf);
    const members = namesIn(operation).map(
      (name, at) => `const m${at} = s.${name};
if (typeof m${at} === 'object' && m${at} !== null) ${merge}(t, '${name}', isShared ? ${copy}(m${at}) : m${at});
else if (m${at} !== undefined) t.${name} = m${at};`,
    );
    const mergeOne = code.define('t, s, isShared', members.join('\n'));
    return code.make<MergeEntities>(
      code.define(
        'entities, received, isShared',
        `const { targets, indexes } = entities;
for (let i = 0; i < targets.length; i++) {
const at = indexes[i];
const s = at === undefined ? undefined : received[at];
if (typeof s === 'object' && s !== null && !Array.isArray(s)) ${mergeOne}(targets[i], s, isShared);
}`,
      ),
    );
  });
}

/** The response names that a fetch selects of entities, whatever their type. */
function namesIn(operation: string): readonly string[] {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new UnsupportedError('a document of fragments');
  const names = new Set<string>();
  const collect = (selection: SelectionNode): void => {
    if (selection.kind === Kind.FIELD) names.add(memberName(selection.alias?.value ?? selection.name.value));
    else if (selection.kind === Kind.INLINE_FRAGMENT) selection.selectionSet.selections.forEach(collect);
    else throw new UnsupportedError('a spread of a fragment');
  };
  for (const root of definition.selectionSet.selections)
    if (root.kind === Kind.FIELD) root.selectionSet?.selections.forEach(collect);
  return [...names];
}
