import { type Operation, operationFromDocument } from '@apollo/federation-internals';
import { type FetchNode, isPlanNode, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, OperationDefinitionNode, VariableDefinitionNode } from 'graphql/index.js';
import { compileEventSource, type ReadEvent } from './event-source.ts';
import { generateShape, type ShapeValid } from './generated/shape.ts';
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
  /** Shapes what is as it should be, where code is generated for that; undefined else. */
  shapeValid: ShapeValid | undefined;
  project: Project;
  newObject: () => JsonObject;
  rootType: TypeInfo;
  /** Of the fields that it selects. */
  tags: ReadonlySet<string>;
  /** Roughly what it holds in memory, in characters of the requests to subgraphs. */
  size: number;
  /** Whether code was generated for it, where that is supported. */
  isGenerated: boolean;
  /** How often it was asked for. */
  uses: number;
};

/** Plan an operation with the gateway's planner and compile the plan; throws for what cannot be planned or is not supported. */
export function compileOperation(
  graph: Graph,
  document: DocumentNode,
  definition: OperationDefinitionNode,
  isGenerated: boolean,
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
  const making = { types: supergraphTypes, isGenerated };
  const rootType = rootTypeOf(operation);
  return {
    variables: definition.variableDefinitions ?? [],
    fetch: isPlanNode(fetching) ? compileTask(toTask(fetching), operation, making) : undefined,
    primary: isSubscription ? compilePrimary(graph, node.primary) : undefined,
    shapeValid: isGenerated ? generateShape(apiTypes, operation, rootType.name) : undefined,
    project,
    newObject,
    rootType,
    tags: tagsOf(operation, planner.supergraph.schema),
    size: sizeOf(node),
    isGenerated,
    uses: 0,
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
