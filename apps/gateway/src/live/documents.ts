import { hash } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import { collectFields } from 'graphql/execution/collectFields.js';
import { getArgumentValues } from 'graphql/execution/values.js';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
  visit,
} from 'graphql/index.js';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../executor/values.ts';
import type { OperationRequest } from '../operation-request.ts';
import { badRequest } from './failures.ts';

/** A subscription that can be executed. */
export type Watched = {
  document: DocumentNode;
  documentKey: string;
  field: string;
  args: Readonly<JsonObject>;
  /** Equal for requests whose events have the same answers, if their callers see the same. */
  answerKey: string;
};

type Known = {
  document: DocumentNode;
  definition: OperationDefinitionNode;
  faults: readonly GraphQLError[];
  /** The variables that more than the arguments of the root field use. */
  variableNames: readonly string[];
};

const maxRemembered = 500;
const maxRememberedSource = 500_000;
const maxErrors = 20;

/** Find out what subscriptions watch. Documents are remembered by their text until the graph changes. */
export function createDocuments(gateway: Pick<ApolloGateway, 'onSchemaLoadOrUpdate'>, maxTokens: number) {
  const known = new LRUCache<string, Known>({ max: maxRemembered, maxSize: maxRememberedSource });
  let schema: GraphQLSchema | undefined;
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema;
    known.clear();
  });

  function read(query: string, operationName: string | undefined, graph: GraphQLSchema): Known | undefined {
    const document = orRefuse(() => parse(query, { noLocation: true, maxTokens }));
    const definition = getOperationAST(document, operationName);
    if (definition?.operation !== 'subscription') return undefined;
    const faults = orRefuse(() => validate(graph, document, undefined, { maxErrors }));
    return { document, definition, faults, variableNames: variablesBelowRoot(document, definition) };
  }

  /** Undefined for what is no subscription; throws RequestErrors for one that cannot be executed. */
  return ({ query, operationName, variables }: OperationRequest): Watched | undefined => {
    if (!schema) throw new Error('The supergraph is not loaded.');
    const key = `${hash('sha256', query, 'base64')} ${operationName ?? ''}`;
    const found = known.get(key) ?? read(query, operationName, schema);
    if (!found) return undefined;
    known.set(key, found, { size: query.length + 1 });
    const { document, definition, faults, variableNames } = found;
    if (faults.length > 0) throw badRequest(faults);
    const coerced = getVariableValues(schema, definition.variableDefinitions ?? [], variables, { maxErrors });
    if (coerced.errors) throw badRequest(coerced.errors);
    const used = variableNames.map((name) => (Object.hasOwn(variables, name) ? [variables[name]] : []));
    return {
      document,
      documentKey: key,
      ...rootOf(schema, found, coerced.coerced),
      answerKey: `${key} ${JSON.stringify(used)}`,
    };
  };
}

/** Validation throws where a condition on the root field is a variable (graphql-js, SingleFieldSubscriptionsRule). */
function orRefuse<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw error instanceof GraphQLError ? badRequest([error]) : error;
  }
}

function rootOf(schema: GraphQLSchema, { document, definition }: Known, variables: JsonObject) {
  const type = schema.getSubscriptionType();
  if (!type) throw new Error('The schema has no subscriptions.');
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments[node.name.value] = node;
  const fields = collectFields(schema, fragments, variables, type, definition.selectionSet);
  const [[node] = []] = fields.values();
  const field = node && type.getFields()[node.name.value];
  if (!node || !field) throw badRequest([new GraphQLError('A subscription must watch one field.')]);
  return { field: field.name, args: getArgumentValues(field, node, variables) };
}

function variablesBelowRoot(document: DocumentNode, { selectionSet }: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const roots = new Set<unknown>(selectionSet.selections);
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void names.add(name.value),
    Argument: (_node, _key, _parent, _path, ancestors) => (roots.has(ancestors.at(-1)) ? false : undefined),
  });
  return [...names];
}
