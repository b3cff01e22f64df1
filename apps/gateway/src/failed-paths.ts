import { type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql';
import { z } from 'zod';

export type ResponsePath = (string | number)[];

const maxPaths = 100;
const entity = z.object({ __typename: z.string() });
const variablesWithEntities = z.object({ representations: z.array(entity) });

/**
 * Where data is missing after a request to a subgraph failed, as paths in that subgraph's response: its root fields, or the
 * fields of each entity that it was asked for. At most 100.
 */
export function failedPaths(query: string, variables: unknown): ResponsePath[] {
  const { definitions } = parse(query, { noLocation: true });
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return [];
  const entities = variablesWithEntities.safeParse(variables).data?.representations;
  const paths = fieldsOf(operation.selectionSet).flatMap(({ key, field }): ResponsePath[] =>
    field.name.value === '_entities' && entities && field.selectionSet
      ? entityPaths(key, field.selectionSet, entities)
      : [[key]],
  );
  return paths.slice(0, maxPaths);
}

function entityPaths(root: string, selections: SelectionSetNode, entities: z.infer<typeof entity>[]): ResponsePath[] {
  const fields = fieldsOf(selections).filter(({ key }) => key !== '__typename');
  return entities
    .slice(0, maxPaths)
    .flatMap(({ __typename }, index) =>
      fields
        .filter(({ type }) => type === undefined || type === __typename)
        .map(({ key }): ResponsePath => [root, index, key]),
    );
}

type KeyedField = { key: string; field: FieldNode; type: string | undefined };

/** The fields of a selection set and of its inline fragments, with the type that each is asked of. */
function fieldsOf({ selections }: SelectionSetNode, type?: string): KeyedField[] {
  return selections.flatMap((node): KeyedField[] => {
    if (node.kind === Kind.FIELD) return [{ key: node.alias?.value ?? node.name.value, field: node, type }];
    if (node.kind === Kind.INLINE_FRAGMENT) return fieldsOf(node.selectionSet, node.typeCondition?.name.value ?? type);
    return [];
  });
}
