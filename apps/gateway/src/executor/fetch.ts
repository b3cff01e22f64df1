import type { FetchNode } from '@apollo/query-planner';
import type { ResponsePath } from '../failed-paths.ts';
import { compileMerge, compileSelect, type Making } from './entities.ts';
import { downstreamError, type SubgraphError } from './errors.ts';
import { compileRequest } from './fetch-request.ts';
import { merge, mergeCopy } from './merge.ts';
import { compilePaths, locationsAt, type PlanPath } from './paths.ts';
import type { Entities } from './representations.ts';
import { compileRewrites } from './rewrites.ts';
import type { Run, Step } from './run.ts';
import type { JsonObject } from './values.ts';

/** Compile a fetch whose answer belongs to the objects at each of these paths. */
export function compileFetch(node: FetchNode, paths: readonly PlanPath[], making: Making): Step {
  if (!node.requires) return compileRootFetch(node, paths, making);
  const select = compileSelect(node, paths, making);
  const ask = compileEntityFetch(node, paths, making);
  return (run) => ask(run, select(run.data));
}

/** A fetch of root fields: of the operation's, or of a field's that answers the query type. */
function compileRootFetch(node: FetchNode, paths: readonly PlanPath[], { types }: Making): Step {
  const find = compilePaths(paths);
  const request = compileRequest(node);
  const rewrite = compileRewrites(node.outputRewrites, types);
  return async (run) => {
    const targets = find(run.data);
    if (targets.length === 0) return;
    const errors = await request(run, undefined, (data) => {
      rewrite?.(data);
      for (const target of targets) {
        if (targets.length > 1) mergeCopy(target, data);
        else merge(target, data);
      }
    });
    for (const error of errors) run.errors.push(...downstreamErrors(error, node.serviceName, paths));
  };
}

/** Of one fetch; an error of an entity that occurs often is told at every place. */
const maxErrors = 1000;

/** Ask for entities: each distinct one once, and the answer goes to every object that it stands for. */
export type AskEntities = <Context>(run: Run<Context>, entities: Entities) => Promise<void>;

/** Compile a fetch of entities at these paths, which the caller has selected. */
export function compileEntityFetch(node: FetchNode, paths: readonly PlanPath[], making: Making): AskEntities {
  const request = compileRequest(node);
  const take = compileMerge(node, making);

  return async (run, entities) => {
    const { targets, indexes, count, json } = entities;
    if (count === 0) return;
    const errors = await request(run, json, (data) => {
      take(entities, entitiesOf(data, count), count < targets.length);
    });
    if (errors.length === 0) return;
    const locations = paths.flatMap((path) => locationsAt(run.data, path));
    const locationsOf = (index: number) => locations.filter((_, at) => indexes[at] === index);
    const told = errors.flatMap((error) => downstreamErrors(error, node.serviceName, paths, locationsOf));
    run.errors.push(...told.slice(0, maxErrors));
  };
}

function entitiesOf({ _entities: entities }: JsonObject, count: number): readonly unknown[] {
  if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
  if (entities.length !== count) throw new Error(`Expected "data._entities" to contain ${count} elements`);
  return entities;
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
