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

type Given = {
  query: string;
  operationName?: string | null | undefined;
  variables?: Readonly<JsonObject> | null | undefined;
};

/** A request as GraphQL clients send it; an empty name of an operation is none. */
export const requestIn = ({ query, operationName, variables }: Given): OperationRequest => ({
  query,
  operationName: operationName || undefined,
  variables: variables ?? none,
});

/** The request that a body is, if all of it is of its type. */
export function requestOf(body: unknown): OperationRequest | undefined {
  if (!isJsonObject(body)) return undefined;
  const { query, operationName, variables } = body;
  if (typeof query !== 'string') return undefined;
  if (!isAbsent(variables) && !isJsonObject(variables)) return undefined;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  return requestIn({ query, operationName, variables });
}

/** The usual request, in which nothing is extended; undefined for any other. */
export const plainRequestOf = (body: unknown): OperationRequest | undefined =>
  isJsonObject(body) && isAbsent(body.extensions) ? requestOf(body) : undefined;
