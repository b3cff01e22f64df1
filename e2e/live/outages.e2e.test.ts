import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, launchChromium } from '../support/browser.ts';
import { askGraphql } from '../support/graphql.ts';
import { isLive, notifications, signIn, timeline, tweetIn, unreadIn } from '../support/live-page.ts';
import { startFreshPlatform, startPlatform } from '../support/platform.ts';
import { createRest, register } from '../support/rest.ts';
import { expectStatus, follow, postTweet, rest, url } from '../support/world.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the live page in a Chromium, if there is one,', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser.close());

  it('gets what happened once, and nothing twice, when the platform is killed and started again', async () => {
    await using first = await startFreshPlatform();
    const ask = createRest(first.url, () => undefined);
    const [ann, ben] = await Promise.all([register(ask, 'ann'), register(ask, 'ben')]);
    const ok = (status: number, ...request: Parameters<typeof ask>) =>
      expectStatus<{ id: string }>(status, ask(...request));
    const post = (content: string) => ok(201, 'POST', '/tweets', { body: { content }, token: ann.token });
    await ok(200, 'POST', '/users/follow', { body: { user_id: ann.id }, token: ben.token });
    await using reader = await signIn(browser, first.url, ben.username);
    await post(`one for @${ben.username}`);
    await tweetIn(reader.page, 'one for').waitFor();
    await notifications(reader.page).getByText('one for').waitFor();

    await first.kill('SIGKILL');
    await reader.page.getByText('Connection lost').waitFor();
    const { port } = new URL(first.url);
    // The page is held off, so that the writes are done before it comes back.
    await reader.page.context().setOffline(true);
    await using again = await startPlatform({ dataDir: first.dataDir, env: { PORT: port } });
    expect(again.url).toBe(first.url);
    const texts = ['one for', 'two for', 'three for'];
    for (const text of texts.slice(1)) await post(`${text} @${ben.username}`);
    await reader.page.context().setOffline(false);
    await isLive(reader.page);
    for (const text of texts) {
      await tweetIn(reader.page, text).waitFor();
      await notifications(reader.page).getByText(text).waitFor();
    }
    await post('four');
    await tweetIn(reader.page, 'four').waitFor();
    await expect.poll(() => unreadIn(reader.page)).toBe(3);
    expect(await timeline(reader.page).getByRole('article').count()).toBe(4);
    expect(await notifications(reader.page).getByRole('listitem').count()).toBe(3);
    expect(reader.faults.filter((fault) => !/ERR_|WebSocket/.test(fault))).toEqual([]);
  });

  it('loads its lists again when the server knows nothing of where it was', async () => {
    const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
    await follow(ben, ann);
    await using reader = await signIn(browser, url, ben.username);
    const unknown = 'f'.repeat(24);
    let isSpoiled = false;
    await reader.page.routeWebSocket('**/graphql', (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const isFirst = !isSpoiled && String(message).includes('notificationReceived');
        isSpoiled ||= isFirst;
        server.send(isFirst ? String(message).replace(/"after":"\w+"/, `"after":"${unknown}"`) : message);
      });
    });
    await reader.page.reload();
    await reader.page.getByText('Connection lost').waitFor();
    await isLive(reader.page);
    await postTweet(ann, `back again @${ben.username}`);
    await tweetIn(reader.page, 'back again').waitFor();
    await notifications(reader.page).getByText('back again').waitFor();
    expect(isSpoiled).toBe(true);
    expect(reader.faults).toEqual([]);
  });

  it('renews its tokens before they expire, and tells the socket, which stays open', async () => {
    const ann = await register(rest, 'ann');
    await using opened = await signIn(browser, url, ann.username);
    await opened.page.evaluate(`{
      const session = JSON.parse(sessionStorage.getItem('minitwitter.session'));
      const expiresAt = Date.now() + 4000;
      sessionStorage.setItem('minitwitter.session', JSON.stringify({ ...session, expiresAt, livesMs: 6000 }));
    }`);
    const socket = opened.page.waitForEvent('websocket');
    await opened.page.reload();
    const renewed = (await socket).waitForEvent('framereceived', ({ payload }) =>
      String(payload).includes('"renewed":true'),
    );
    await renewed;
    expect((await socket).isClosed()).toBe(false);
    expect(opened.faults).toEqual([]);
  });

  it('asks to sign in again when the session has ended elsewhere', async () => {
    const ann = await register(rest, 'ann');
    await using opened = await signIn(browser, url, ann.username);
    const { errors } = await askGraphql(url, 'mutation { logoutEverywhere { ok } }', { token: ann.token });
    expect(errors).toBeUndefined();
    await opened.page.getByRole('alert').getByText('Your session has ended.').waitFor();
    await opened.page.getByRole('form', { name: 'Sign in' }).waitFor();
  });
});
