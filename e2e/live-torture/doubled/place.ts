import { PortError } from '@minitwitter/service-kit/lifecycle';
import { retry } from '@minitwitter/service-kit/retry';
import { refuse } from './sever.ts';

/** `abrupt`: its connections are destroyed before it knows, so that nothing is drained and nobody is told. */
export type Ending = 'stop' | 'abrupt';

const retries = { attempts: 20, baseMs: 20, maxMs: 500, retryIf: (error: unknown) => error instanceof PortError };

/** Something that listens on a port, and is ended and started again there, one after the other. */
export async function createPlace<Part extends AsyncDisposable>(port: number, start: () => Promise<Part>) {
  let current = await start();
  let turn: Promise<unknown> = Promise.resolve();

  async function replace(ending: Ending): Promise<void> {
    using held = new DisposableStack();
    if (ending === 'abrupt') held.use(refuse(port));
    await current[Symbol.asyncDispose]();
    held.dispose();
    current = await retry(start, retries);
  }

  return {
    port,
    current: () => current,
    restart: (ending: Ending): Promise<void> => {
      const done = turn.then(() => replace(ending));
      turn = done.catch(() => undefined);
      return done;
    },
    [Symbol.asyncDispose]: async () => {
      await turn;
      await current[Symbol.asyncDispose]();
    },
  };
}
