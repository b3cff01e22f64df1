import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, type Operation, operationOf } from './operations.ts';

/** What an operation answers, seen from its selection: response keys are the REST names. */
export type Shape = { nullable: boolean } & (
  | { kind: 'scalar'; name: string }
  | { kind: 'enum'; name: string; values: readonly string[] }
  | { kind: 'list'; item: Shape }
  | ObjectPart
);
type ObjectPart = { kind: 'object'; name: string | null; description: string; fields: readonly ShapeField[] };
export type ObjectShape = Extract<Shape, { kind: 'object' }>;

/** `name` and `of` are the GraphQL field and its type; an `optional` field is selected under a condition. */
export type ShapeField = {
  key: string;
  name: string;
  of: string;
  description: string;
  optional: boolean;
  shape: Shape;
};

/** The shape of an operation's data. An object selected by a single fragment bears the fragment's name. */
export function shapeOf(schema: GraphQLSchema, { document }: Operation): ObjectShape {
  const fragments = fragmentsOf(document);
  const operation = operationOf(document);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}.`);
  return { nullable: false, ...objectShape(root, operation.selectionSet, fragments) };
}

/** The root field that an operation selects first, as the schema defines it. */
export function rootFieldOf(
  schema: GraphQLSchema,
  { document }: Operation,
): GraphQLField<unknown, unknown> | undefined {
  const operation = operationOf(document);
  const [first] = operation.selectionSet.selections;
  if (first?.kind !== Kind.FIELD) return undefined;
  return schema.getRootType(operation.operation)?.getFields()[first.name.value];
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function objectShape(type: GraphQLCompositeType, selection: SelectionSetNode, fragments: Fragments): ObjectPart {
  const [first, ...others] = selection.selections;
  const name = first?.kind === Kind.FRAGMENT_SPREAD && others.length === 0 ? first.name.value : null;
  return { kind: 'object', name, description: type.description ?? '', fields: fieldsOf(type, selection, fragments) };
}

function fieldsOf(type: GraphQLCompositeType, selection: SelectionSetNode, fragments: Fragments): ShapeField[] {
  return selection.selections.flatMap((node) => {
    if (node.kind === Kind.FIELD) return [fieldShape(type, node, fragments)];
    const inner = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    return inner ? fieldsOf(type, inner.selectionSet, fragments) : [];
  });
}

function fieldShape(parent: GraphQLCompositeType, node: FieldNode, fragments: Fragments): ShapeField {
  const name = node.name.value;
  const field = isObjectType(parent) ? parent.getFields()[name] : undefined;
  if (!field) throw new Error(`${parent.name} has no field ${name}.`);
  return {
    key: node.alias?.value ?? name,
    name,
    of: parent.name,
    description: field.description ?? '',
    optional: (node.directives ?? []).some(({ name: { value } }) => value === 'include' || value === 'skip'),
    shape: typeShape(field.type, node.selectionSet, fragments),
  };
}

function typeShape(type: GraphQLOutputType, selection: SelectionSetNode | undefined, fragments: Fragments): Shape {
  const nullable = !isNonNullType(type);
  const inner = getNullableType(type);
  if (isListType(inner)) return { nullable, kind: 'list', item: typeShape(inner.ofType, selection, fragments) };
  if (isCompositeType(inner) && selection) return { nullable, ...objectShape(inner, selection, fragments) };
  if (isEnumType(inner)) {
    return { nullable, kind: 'enum', name: inner.name, values: inner.getValues().map(({ name }) => name) };
  }
  return { nullable, kind: 'scalar', name: inner.name };
}
