import { z } from 'zod';

/** Handed on as it is, so that no name is lost that will be executed. */
const variablesObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && !Array.isArray(value),
);
const operation = z.object({
  query: z.string(),
  variables: variablesObject.nullish().catch(undefined),
});
/** The text and the variables of a GraphQL request; empty where it has none, for the server to refuse. */
export function documentOf(body: unknown): { query: string; variables: Readonly<Record<string, unknown>> } {
  const { query, variables } = operation.safeParse(body).data ?? { query: '', variables: null };
  return { query, variables: variables ?? {} };
}

/** A request as the server wants it: an empty name of an operation is none. */
export function withoutEmptyName(body: unknown): unknown {
  const isUnnamed = z.looseObject({ operationName: z.literal('') }).safeParse(body).success;
  return isUnnamed && typeof body === 'object' ? { ...body, operationName: null } : body;
}
