import { buildOperationContext } from '@apollo/gateway';
import { type DocumentNode, type GraphQLError, getVariableValues, type VariableDefinitionNode } from 'graphql/index.js';
import { type CompiledOperation, compileOperation } from './compile.ts';
import { badInput } from './errors.ts';
import type { Graph } from './graph.ts';
import type { JsonObject } from './values.ts';

export type OperationRequest = {
  /** Valid against the API schema. */
  document: DocumentNode;
  /** Tells documents apart: equal keys mean equal documents. */
  documentKey: string;
  operationName?: string | undefined;
};

type Found = { variables: readonly VariableDefinitionNode[]; compile: () => CompiledOperation };

/** The operation that a request means, compiled when asked for; throws when the name does not decide. */
export function findOperation(graph: Graph, { document, documentKey, operationName }: OperationRequest): Found {
  const key = `${documentKey}:${operationName ?? ''}`;
  const known = graph.operations.get(key);
  if (known) known.uses += 1;
  const isFrequent = (known?.uses ?? 0) >= graph.limits.usesBeforeGenerated;
  if (known && (known.isGenerated || !isFrequent)) return { variables: known.variables, compile: () => known };
  const { operation: definition } = buildOperationContext({
    schema: graph.schema,
    operationDocument: document,
    ...(operationName && { operationName }),
  });
  const compile = () => {
    const compiled = compileOperation(graph, document, definition, isFrequent);
    graph.operations.set(key, compiled);
    return compiled;
  };
  return { variables: definition.variableDefinitions ?? [], compile };
}

type Prepared =
  | { faults: readonly GraphQLError[]; operation?: undefined }
  | { faults?: undefined; operation: CompiledOperation };

/** The compiled operation, or what is wrong with the variables, which is found out before the effort of planning. */
export function prepareOperation(
  graph: Graph,
  request: OperationRequest & { variables?: Readonly<JsonObject> | undefined },
): Prepared {
  const { variables, compile } = findOperation(graph, request);
  const { errors } = getVariableValues(graph.schema, variables, request.variables ?? {});
  return errors ? { faults: errors.map(badInput) } : { operation: compile() };
}
