import { isJsonObject, type JsonObject } from './executor/values.ts';

export type OperationRequest = {
  query: string;
  operationName: string | undefined;
  variables: Readonly<JsonObject>;
};

const none: Readonly<JsonObject> = {};

/** The text and the variables of a GraphQL request; empty where it has none, for the server to refuse. */
export function documentOf(body: unknown): Pick<OperationRequest, 'query' | 'variables'> {
  if (!isJsonObject(body) || typeof body.query !== 'string') return { query: '', variables: none };
  return { query: body.query, variables: isJsonObject(body.variables) ? body.variables : none };
}

/** A request as the server wants it: an empty name of an operation is none. */
export const withoutEmptyName = (body: unknown): unknown =>
  isJsonObject(body) && body.operationName === '' ? { ...body, operationName: null } : body;

const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null;

/** The usual request, in which all is of its type and nothing is extended; undefined for any other. */
export function plainRequestOf(body: unknown): OperationRequest | undefined {
  if (!isJsonObject(body)) return undefined;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || !isAbsent(extensions)) return undefined;
  if (!isAbsent(variables) && !isJsonObject(variables)) return undefined;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  return { query, operationName: operationName || undefined, variables: variables ?? none };
}
