import { z } from 'zod';

const credentials = z.looseObject({
  authorization: z.string().max(5000).optional(),
  Authorization: z.string().max(5000).optional(),
});

/** The `authorization` of connection parameters, by either spelling; undefined without one. */
export function authorizationIn(payload: unknown): string | undefined {
  const given = credentials.safeParse(payload).data;
  return given?.authorization ?? given?.Authorization;
}
