import {
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  OperationTypeNode,
  parse,
  print,
} from 'graphql/index.js';
import type { Subgraphs } from '../../testing/supergraphs/load.ts';
import type { Outcome } from './compare.ts';

type Root = ObjectTypeDefinitionNode | ObjectTypeExtensionNode;

const isRoot = (node: DefinitionNode, name: string): node is Root =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) && node.name.value === name;

const queryFields = ({ definitions }: DocumentNode): readonly FieldDefinitionNode[] =>
  definitions.flatMap((node) => (isRoot(node, 'Query') ? (node.fields ?? []) : []));

const nameOf = (node: FieldDefinitionNode): string => node.name.value;

/** With a field of subscriptions for each field of queries that one subgraph alone has: instead of those that there were. */
export function withSubscriptions(subgraphs: Subgraphs): Subgraphs {
  const documents = Object.entries(subgraphs).map(([name, sdl]) => [name, parse(sdl)] as const);
  const all = documents.flatMap(([, document]) => queryFields(document).map(nameOf));
  const isSingle = (field: FieldDefinitionNode) => all.filter((name) => name === nameOf(field)).length === 1;
  const mirrored = documents.map(([name, document]) => {
    const fields = queryFields(document).filter((field) => !field.directives?.length && isSingle(field));
    const others = document.definitions.filter((node) => !isRoot(node, 'Subscription'));
    const sdl = print({ ...document, definitions: others });
    return [name, fields.length > 0 ? `${sdl}\ntype Subscription { ${fields.map(print).join('\n')} }` : sdl];
  });
  return Object.fromEntries(mirrored);
}

/** The same operation of another kind; operations that are not meant stay what they are. */
export const ofKind = (document: DocumentNode, operation: OperationTypeNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((node) =>
    node.kind === Kind.OPERATION_DEFINITION && node.name?.value !== 'Other' ? { ...node, operation } : node,
  ),
});

/** The query that asks what a subscription asks of one event. */
export const asQuery = (text: string): string => print(ofKind(parse(text), OperationTypeNode.QUERY));

/** The outcome of a subscription with the name of the root type that a query's would have. */
export const asQueried = ({ extensions, ...outcome }: Outcome): Outcome => ({
  ...outcome,
  ...(extensions !== undefined && {
    extensions: JSON.parse(JSON.stringify(extensions).replaceAll(' field Subscription.', ' field Query.')),
  }),
});
