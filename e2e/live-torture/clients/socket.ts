import { createClient } from 'graphql-ws';
import { type Client, type ClientOptions, pause, query } from './client.ts';
import type { Answer } from './record.ts';

/** Watch over a WebSocket by the stock client, which comes again by itself; its variables are always those of the moment. */
export function watchBySocket({ url, token, diary, random }: ClientOptions): Client {
  let stopped = false;
  const client = createClient({
    url: () => `${url().replace('http', 'ws')}/graphql`,
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !stopped,
    retryWait: () => pause(random),
  });
  const variables = {
    get after() {
      return diary.cursor();
    },
  };
  const watch = () =>
    new Promise<unknown>((resolve) => {
      client.subscribe({ query, variables }, { next: diary.note, error: resolve, complete: () => resolve(undefined) });
    });

  const running = (async () => {
    while (!stopped) {
      const error = await watch();
      if (stopped) return;
      if (error === undefined) diary.complain('the subscription was completed');
      else if (Array.isArray(error)) diary.note({ errors: error as Answer['errors'] });
      await pause(random);
    }
  })();

  return {
    record: diary.record,
    drop: () => client.terminate(),
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await client.dispose();
      await running;
    },
  };
}
