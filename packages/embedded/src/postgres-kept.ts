import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from './errors.ts';
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from './postgres.ts';

const attempts = 20;
const pauses = { baseMs: 100, maxMs: 5000 };

/**
 * The same as `startPostgres`, and a server that ends by itself is started again on its port, with all that it acknowledged. After
 * some minutes of failures it is given up with a warning of the process.
 */
export async function keepPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const first = await startPostgres(options);
  const { url, port } = first;
  const stopping = new AbortController();
  const { signal } = stopping;
  let current: EmbeddedPostgres | undefined = first;

  async function startAgain(attempt = 1): Promise<EmbeddedPostgres | undefined> {
    try {
      return await startPostgres({ ...options, port });
    } catch (error) {
      if (attempt === attempts) {
        process.emitWarning(`The embedded PostgreSQL ended, and does not start again: ${reasonOf(error)}`);
        return undefined;
      }
      await delay(Math.random() * Math.min(pauses.maxMs, pauses.baseMs * 2 ** attempt), undefined, { signal });
      return startAgain(attempt + 1);
    }
  }

  async function keep(): Promise<void> {
    while (current) {
      await current.ended;
      if (signal.aborted) return;
      current = await startAgain().catch(() => undefined);
      if (signal.aborted) await current?.[Symbol.asyncDispose]();
    }
  }

  const kept = keep();
  return {
    url,
    port,
    ended: kept,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await current?.[Symbol.asyncDispose]();
      await kept;
    },
  };
}
