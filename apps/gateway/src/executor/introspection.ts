import {
  type DocumentNode,
  executeSync,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql/index.js';
import type { Introspect } from './projection.ts';
import { ownValue } from './values.ts';

/** Compile a selection of `__schema` or `__type` to an execution by graphql-js over the API schema. */
export function compileIntrospection(
  schema: GraphQLSchema,
  selection: SelectionNode,
  key: string,
  definitions: readonly VariableDefinitionNode[],
): Introspect {
  const document = documentOf(selection, definitions);
  return (variableValues) => {
    const { data, errors } = executeSync({ schema, document, rootValue: {}, variableValues });
    if (!data || errors)
      throw new Error(`Introspection of ${key} failed: ${errors?.map(({ message }) => message).join('; ')}`);
    return ownValue(data, key);
  };
}

function documentOf(selection: SelectionNode, definitions: readonly VariableDefinitionNode[]): DocumentNode {
  const used = new Set<string>();
  visit(selection, { Variable: ({ name }) => void used.add(name.value) });
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: definitions.filter(({ variable }) => used.has(variable.name.value)),
        selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
      },
    ],
  };
}
