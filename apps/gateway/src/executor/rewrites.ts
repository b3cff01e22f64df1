import type { FetchDataRewrite } from '@apollo/query-planner';
import { type TypeIndex, typeTest } from './type-index.ts';
import { isJsonObject, type JsonObject, ownValue, putOwn } from './values.ts';

type Rewrite = (value: unknown) => void;

const fragmentPrefix = '... on ';

/**
 * Compile what the planner wants changed in what is sent or received: keys renamed where a subgraph was asked under other
 * response names, and values set. Undefined when there is nothing to change. Values are changed in place.
 */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeIndex,
): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeIndex): Rewrite {
  const name = rewrite.path.at(-1);
  if (name === undefined) return () => {};
  return rewrite.path
    .slice(0, -1)
    .reduceRight((next, segment) => into(segment, next, types), eachObject(change(rewrite, name)));
}

function change(rewrite: FetchDataRewrite, name: string): (object: JsonObject) => void {
  if (rewrite.kind === 'ValueSetter') return (object) => putOwn(object, name, rewrite.setValueTo);
  return (object) => {
    const value = ownValue(object, name);
    if (value === undefined) return;
    putOwn(object, rewrite.renameKeyTo, value);
    putOwn(object, name, undefined);
  };
}

function into(segment: string, next: Rewrite, types: TypeIndex): Rewrite {
  if (!segment.startsWith(fragmentPrefix)) return eachObject((object) => next(ownValue(object, segment)));
  const isOfType = typeTest(types, segment.slice(fragmentPrefix.length), true);
  return eachObject((object) => {
    if (isOfType(object.__typename)) next(object);
  });
}

/** Apply a change to a value that is an object, and to every object in a value that is a list. */
function eachObject(apply: (object: JsonObject) => void): Rewrite {
  const visit: Rewrite = (value) => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isJsonObject(value)) apply(value);
  };
  return visit;
}
