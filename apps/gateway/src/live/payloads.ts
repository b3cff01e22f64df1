import { z } from 'zod';
import type { LiveRequest } from './documents.ts';

const credentials = z.looseObject({
  authorization: z.string().max(5000).optional(),
  Authorization: z.string().max(5000).optional(),
});

/** The `authorization` of connection parameters, by either spelling; undefined without one. */
export function authorizationIn(payload: unknown): string | undefined {
  const given = credentials.safeParse(payload).data;
  return given?.authorization ?? given?.Authorization;
}

type Payload = {
  query: string;
  operationName?: string | null | undefined;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
};

/** A request as GraphQL clients send it; an empty name of an operation is none. */
export const requestIn = ({ query, operationName, variables }: Payload): LiveRequest => ({
  query,
  operationName: operationName || undefined,
  variables: variables ?? {},
});
