import type { FetchNode } from '@apollo/query-planner';
import type { ResponsePath } from '../failed-paths.ts';
import { downstreamError, type SubgraphError } from './errors.ts';
import { compileRequest } from './fetch-request.ts';
import { copyOfObject, merge, mergeCopy } from './merge.ts';
import { compilePaths, locationsAt, type PlanPath } from './paths.ts';
import { compileRequires, type Representations } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Step } from './run.ts';
import type { TypeIndex } from './type-index.ts';
import { isJsonObject, type JsonObject } from './values.ts';

/** Compile a fetch whose answer belongs to the objects at each of these paths; throws for what is not supported. */
export function compileFetch(node: FetchNode, paths: readonly PlanPath[], types: TypeIndex): Step {
  if (node.contextRewrites?.length) throw new Error('@fromContext is not supported by the gateway.');
  return node.requires ? compileEntityFetch(node, paths, types) : compileRootFetch(node, paths, types);
}

/** A fetch of root fields: of the operation's, or of a field's that answers the query type. */
function compileRootFetch(node: FetchNode, paths: readonly PlanPath[], types: TypeIndex): Step {
  const find = compilePaths(paths);
  const request = compileRequest(node);
  const rewrite = compileRewrites(node.outputRewrites, types);
  return async (run) => {
    const targets = find(run.data);
    if (targets.length === 0) return;
    const errors = await request(run, undefined, (data) => {
      rewrite?.(data);
      for (const [index, target] of targets.entries()) mergeAs(target, data, index === targets.length - 1);
    });
    for (const error of errors) run.errors.push(...downstreamErrors(error, node.serviceName, paths));
  };
}

/** Of one fetch; an error of an entity that occurs often is told at every place. */
const maxErrors = 1000;

/** A fetch of entities: each distinct one is asked for once, and its answer goes to every object that it stands for. */
function compileEntityFetch(node: FetchNode, paths: readonly PlanPath[], types: TypeIndex): Step {
  const find = compilePaths(paths);
  const request = compileRequest(node);
  const represent = compileRequires(node, types);
  const rewriteOutput = compileRewrites(node.outputRewrites, types);

  return async (run) => {
    const targets = find(run.data);
    const representations = represent(targets);
    if (representations.distinct.length === 0) return;
    const errors = await request(run, representations.distinct, (data) => {
      const entities = entitiesOf(data, representations.distinct.length);
      const pending = countUses(representations);
      for (const [at, target] of targets.entries()) {
        const index = representations.indexes[at];
        const received = index === undefined ? null : entities[index];
        if (index === undefined || !isJsonObject(received)) continue;
        pending[index] = (pending[index] ?? 0) - 1;
        const isLast = pending[index] === 0;
        if (!rewriteOutput) {
          mergeAs(target, received, isLast);
          continue;
        }
        const entity = isLast ? received : copyOfObject(received);
        entity.__typename ||= target.__typename;
        rewriteOutput(entity);
        merge(target, entity);
      }
    });
    if (errors.length === 0) return;
    const locations = paths.flatMap((path) => locationsAt(run.data, path));
    const locationsOf = (index: number) => locations.filter((_, at) => representations.indexes[at] === index);
    const told = errors.flatMap((error) => downstreamErrors(error, node.serviceName, paths, locationsOf));
    run.errors.push(...told.slice(0, maxErrors));
  };
}

/** Objects of one answer must not share parts: later fetches write into each of them. The last to get it takes the original. */
function mergeAs(target: JsonObject, source: JsonObject, isLast: boolean): void {
  if (isLast) merge(target, source);
  else mergeCopy(target, source);
}

function entitiesOf({ _entities: entities }: JsonObject, count: number): readonly unknown[] {
  if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
  if (entities.length !== count) throw new Error(`Expected "data._entities" to contain ${count} elements`);
  return entities;
}

function countUses({ distinct, indexes }: Representations): number[] {
  const uses = distinct.map(() => 0);
  for (const index of indexes) if (index !== undefined) uses[index] = (uses[index] ?? 0) + 1;
  return uses;
}

/** The errors that a client gets for one of a subgraph: one for each place in the response that it concerns. */
function downstreamErrors(
  error: SubgraphError,
  service: string,
  paths: readonly PlanPath[],
  locationsOf?: (index: number) => readonly ResponsePath[],
) {
  const { path } = error;
  if (!path) return [downstreamError(error, service, undefined)];
  const [, index, ...rest] = path;
  const places: readonly ResponsePath[] =
    locationsOf && typeof index === 'number'
      ? orRoot(locationsOf(index)).map((location) => [...location, ...rest])
      : paths.map((base) => [...base, ...path]);
  return places.map((place) => downstreamError(error, service, place));
}

const orRoot = (locations: readonly ResponsePath[]): readonly ResponsePath[] =>
  locations.length > 0 ? locations : [[]];
