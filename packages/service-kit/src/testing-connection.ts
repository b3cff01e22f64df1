import { z } from 'zod';

/** A connection as a test asked for it: `edges { node { id … } } pageInfo { … }`. */
const connection = z.looseObject({
  edges: z.array(z.object({ node: z.looseObject({ id: z.string() }) })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
});

/** What a connection holds: its nodes, their ids, and all that stands beside the edges. */
export function readConnection(answered: unknown) {
  const { edges, ...rest } = connection.parse(answered);
  const nodes = edges.map(({ node }) => node);
  return { ...rest, nodes, ids: nodes.map(({ id }) => id) };
}

/** The connection that a field of the one entity asked for by `_entities` holds. */
export function readEntityConnection(answer: unknown, field: string) {
  const entities = z.tuple([z.record(z.string(), z.unknown())]);
  const { data } = z.object({ data: z.object({ _entities: entities }) }).parse(answer);
  return readConnection(data._entities[0][field]);
}
