import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOf } from './place.ts';

/** Start something in a data folder of its own, which goes with it, and so does its place on servers. */
export async function inFreshFolder<Started extends AsyncDisposable>(start: (dataDir: string) => Promise<Started>) {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-e2e-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  stack.defer((await placeOf(dataDir)).drop);
  const started = stack.use(await start(dataDir));
  const all = stack.move();
  return { ...started, dataDir, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
