import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, isPlanNode, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, OperationDefinitionNode, VariableDefinitionNode } from 'graphql/index.js';
import { compileEventSource, type ReadEvent } from './event-source.ts';
import type { Graph } from './graph.ts';
import { compileIntrospection } from './introspection.ts';
import { compileProjection, type Project } from './projection.ts';
import { compileRewrites } from './rewrites.ts';
import type { Step } from './run.ts';
import { compileTask } from './steps.ts';
import { tagsOf } from './tags.ts';
import { toTask } from './tasks.ts';
import type { TypeInfo } from './type-index.ts';
import type { JsonObject } from './values.ts';

/** The fetch that a subscription's events come from. */
export type Primary = {
  node: FetchNode;
  /** Makes the data of an event. */
  read: ReadEvent;
  /** Brings the data of an event, in place, into the shape that the rest of the plan expects. */
  rewrite: ((data: unknown) => void) | undefined;
};

/** An operation, planned and compiled against one supergraph. */
export type CompiledOperation = {
  variables: readonly VariableDefinitionNode[];
  /** Fetches what the operation needs; of a subscription, what an event does not bring. */
  fetch: Step | undefined;
  primary: Primary | undefined;
  project: Project;
  newObject: () => JsonObject;
  rootType: TypeInfo;
  /** Of the fields that it selects. */
  tags: ReadonlySet<string>;
  /** Roughly what it holds in memory, in characters of the requests to subgraphs. */
  size: number;
};

/** Plan an operation with the gateway's planner and compile the plan; throws for what cannot be planned or is not supported. */
export function compileOperation(
  graph: Graph,
  document: DocumentNode,
  definition: OperationDefinitionNode,
): CompiledOperation {
  const { planner, apiSchema, apiTypes, leaves, supergraphTypes, schema } = graph;
  const operation = operationFromDocument(apiSchema, document, nameOption(definition));
  const { node } = planner.buildQueryPlan(operation);
  const isSubscription = node?.kind === 'Subscription';
  const fetching = isSubscription ? node.rest : node;
  const { project, newObject } = compileProjection({ types: apiTypes, leaves, operation }, (selection) =>
    compileIntrospection(
      schema,
      selection.expandFragments().toSelectionNode(),
      selection.element.responseName(),
      definition.variableDefinitions ?? [],
    ),
  );
  return {
    variables: definition.variableDefinitions ?? [],
    fetch: isPlanNode(fetching) ? compileTask(toTask(fetching), operation, supergraphTypes) : undefined,
    primary: isSubscription ? compilePrimary(graph, node.primary) : undefined,
    project,
    newObject,
    rootType: rootTypeOf(operation),
    tags: tagsOf(operation, planner.supergraph.schema),
    size: sizeOf(node),
  };
}

const compilePrimary = ({ subgraphSchema, supergraphTypes }: Graph, node: FetchNode): Primary => ({
  node,
  read: compileEventSource(node, subgraphSchema(node.serviceName)),
  rewrite: compileRewrites(node.outputRewrites, supergraphTypes),
});

const nameOption = ({ name }: OperationDefinitionNode) => (name ? { operationName: name.value } : {});

function rootTypeOf(operation: Operation): TypeInfo {
  const type = operation.schema().schemaDefinition.rootType(operation.rootKind);
  if (!type) throw new Error(`The schema has no ${operation.rootKind} type.`);
  return { name: type.name, isObject: true, isComposite: true };
}

const sizeOf = (node: QueryPlan['node']): number => JSON.stringify(node ?? null).length;
