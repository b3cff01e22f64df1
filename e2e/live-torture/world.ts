import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProxy } from '../support/proxy.ts';
import { createRandom } from '../support/random.ts';
import { createRest, type Rest, register } from '../support/rest.ts';
import { createCrowd } from './crowd.ts';
import type { Targets } from './kills.ts';
import { startDoubledPlatform } from './platform.ts';
import { keepSignedIn } from './sign-in.ts';

/** A doubled platform with users and their clients, which reach it through proxies; acts reach it directly. */
export async function openWorld({ seed, userCount }: { seed: string; userCount: number }) {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'minitwitter-live-torture-'));
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  let platform = await startDoubledPlatform(dataDir);
  stack.defer(() => platform.kill('SIGTERM'));

  const random = createRandom(`${seed} edges`);
  const rest = (): Rest => createRest(`http://127.0.0.1:${platform.edges[random() < 0.5 ? 0 : 1]}`, () => undefined);
  const users = await Promise.all(Array.from({ length: userCount }, (_, index) => register(rest(), `t${index}`)));
  stack.use(keepSignedIn(rest, users));

  const proxies = [
    stack.use(await openProxy(() => platform.edges[0])),
    stack.use(await openProxy(() => platform.edges[1])),
  ] as const;
  const urls = proxies.map(({ port }) => `http://127.0.0.1:${port}`);
  const crowd = stack.use(createCrowd({ users, urls, seed }));
  const targets: Targets = {
    clients: crowd.clients,
    proxies,
    ask: (command) => platform.ask(command),
    restartAll: async () => {
      await platform.kill('SIGKILL');
      platform = await startDoubledPlatform(dataDir);
    },
  };
  const all = stack.move();
  return {
    ...{ rest, users, crowd, targets },
    output: () => platform.output(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
