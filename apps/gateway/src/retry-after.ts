import type { ApolloServerPlugin } from '@apollo/server';
import { z } from 'zod';
import type { EdgeContext } from './edge-context.ts';

const limited = z.object({ code: z.literal('RATE_LIMITED'), retryAfterSeconds: z.number().positive() });

/** The longest wait that errors ask for, in whole seconds, for `Retry-After`; undefined when none does. */
export function retryAfterOf(errors: readonly { extensions?: unknown }[]): string | undefined {
  const waits = errors.flatMap(({ extensions }) => limited.safeParse(extensions).data?.retryAfterSeconds ?? []);
  return waits.length > 0 ? String(Math.ceil(Math.max(...waits))) : undefined;
}

/** Tell how long to wait in the answers of Apollo Server. */
export const tellRetryAfter: ApolloServerPlugin<EdgeContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body, http } }) => {
      const wait = retryAfterOf((body.kind === 'single' && body.singleResult.errors) || []);
      if (wait !== undefined) http.headers.set('retry-after', wait);
    },
  }),
};
