import { freePort } from '@minitwitter/embedded/free-port';
import { expect, inject, it } from 'vitest';
import { startChild } from './support/child.ts';
import { inFreshFolder } from './support/fresh-folder.ts';
import { createAnswerCheck } from './support/openapi.ts';
import { untilReady } from './support/part.ts';
import { openProxy } from './support/proxy.ts';
import { createRest, register } from './support/rest.ts';
import { expectStatus, type Page, type Tweet, url } from './support/world.ts';

/** The bridge in a process of its own, before the platform's edge at a port. */
const startBridge = (edge: number) =>
  inFreshFolder(async (dataDir) => {
    const port = await freePort();
    const addresses = { AUTH_GRPC: inject('grpc').auth ?? '', GATEWAY_URL: `http://127.0.0.1:${edge}` };
    const child = await startChild({
      script: 'rest-bridge/src/main.ts',
      env: { ...addresses, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'warn' },
      untilReady: ({ process }) => untilReady(process, port),
    });
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => child.kill('SIGKILL') };
  });

it('the bridge in a process of its own keeps the contract, and answers 503 while its edge is away', async () => {
  await using proxy = await openProxy(() => Number(new URL(url).port));
  await using bridge = await startBridge(proxy.port);
  const rest = createRest(bridge.url, await createAnswerCheck(url));
  const [ann, ben] = [await register(rest, 'ann'), await register(rest, 'ben')];
  const body = { content: 'Over the bridge, #far.' };
  const tweet = await expectStatus<Tweet>(201, rest('POST', '/tweets', { body, token: ann.token }));
  await expectStatus(200, rest('POST', `/tweets/${tweet.id}/like`, { token: ben.token }));
  await expectStatus(200, rest('POST', '/users/follow', { body: { user_id: ann.id }, token: ben.token }));
  const { items } = await expectStatus<Page<Tweet>>(200, rest('GET', '/tweets?feed=home', { token: ben.token }));
  expect(items).toMatchObject([{ id: tweet.id, content: body.content, liked: true, likes_count: 1 }]);
  await expectStatus(401, rest('GET', '/users/profile'));
  await expectStatus(400, rest('POST', '/tweets', { body: {}, token: ann.token }));

  {
    using _away = proxy.hide('refused');
    const { status, body: problem } = await rest('GET', `/tweets/${tweet.id}`, { token: ann.token });
    expect([status, problem]).toMatchObject([503, { code: 'UNAVAILABLE' }]);
  }
  await expect.poll(async () => (await rest('GET', `/tweets/${tweet.id}`)).status).toBe(200);
});
