import type { ApolloServerPlugin } from '@apollo/server';
import { z } from 'zod';
import type { EdgeContext } from './edge-context.ts';

const limited = z.object({ code: z.literal('RATE_LIMITED'), retryAfterSeconds: z.number().positive() });

/** Tell in `Retry-After` the longest wait that the errors of an answer ask for, in whole seconds. */
export const tellRetryAfter: ApolloServerPlugin<EdgeContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body, http } }) => {
      const errors = (body.kind === 'single' && body.singleResult.errors) || [];
      const waits = errors.flatMap(({ extensions }) => limited.safeParse(extensions).data?.retryAfterSeconds ?? []);
      if (waits.length > 0) http.headers.set('retry-after', String(Math.ceil(Math.max(...waits))));
    },
  }),
};
