import type { FetchNode } from '@apollo/query-planner';
import { generateMerge, generateSelect } from './generated/entities.ts';
import { copyOfObject, merge, mergeCopy } from './merge.ts';
import { compilePaths, type PlanPath } from './paths.ts';
import { compileRequires, keyOf, type MergeEntities, type SelectEntities } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { TypeIndex } from './type-index.ts';
import { isJsonObject } from './values.ts';

/** How what is compiled for an operation is made: by closures, or as source text of its own where that is possible. */
export type Making = { types: TypeIndex; isGenerated: boolean };

/** Compile what finds the objects at paths and represents them as a fetch requires. */
export function compileSelect(node: FetchNode, paths: readonly PlanPath[], making: Making): SelectEntities {
  const key = making.isGenerated ? keyOf(node, making.types) : undefined;
  return (key && generateSelect(paths, key)) ?? selectEntities(node, paths, making.types);
}

function selectEntities(node: FetchNode, paths: readonly PlanPath[], types: TypeIndex): SelectEntities {
  const find = compilePaths(paths);
  const represent = compileRequires(node, types);
  return (data) => {
    const targets = find(data);
    return { targets, ...represent(targets) };
  };
}

/** Compile what takes in the entities that a fetch answers with. */
export function compileMerge(node: FetchNode, { types, isGenerated }: Making): MergeEntities {
  const rewrite = compileRewrites(node.outputRewrites, types);
  return (isGenerated && !rewrite && generateMerge(node)) || mergeEntities(rewrite);
}

const mergeEntities =
  (rewrite: ReturnType<typeof compileRewrites>): MergeEntities =>
  ({ targets, indexes }, received, isShared) => {
    for (const [at, target] of targets.entries()) {
      const index = indexes[at];
      const entity = index === undefined ? null : received[index];
      if (!isJsonObject(entity)) continue;
      if (rewrite) {
        const own = isShared ? copyOfObject(entity) : entity;
        own.__typename ||= target.__typename;
        rewrite(own);
        merge(target, own);
      } else if (isShared) mergeCopy(target, entity);
      else merge(target, entity);
    }
  };
