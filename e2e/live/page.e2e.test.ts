import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditPage } from '../support/accessibility.ts';
import { findChromium, launchChromium, visit } from '../support/browser.ts';
import { isLive, notifications, password, signIn, timeline, tweetIn, unreadIn } from '../support/live-page.ts';
import { register } from '../support/rest.ts';
import { expectStatus, follow, postTweet, rest, url } from '../support/world.ts';

const chromium = findChromium();

describe.skipIf(!chromium)(
  `the live page in ${chromium ?? 'a Chromium, of which none was found: set CHROMIUM_PATH'}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium(chromium ?? '');
    });
    afterAll(() => browser.close());

    it('brings a post to a follower, and a like and its badge to the author, at once', async () => {
      const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
      await follow(ben, ann);
      await using author = await signIn(browser, url, ann.username);
      await using reader = await signIn(browser, url, ben.username);
      await notifications(author.page).getByText(`${ben.username} followed you`).waitFor();
      expect(await unreadIn(author.page)).toBe(1);

      await author.page.getByLabel('What is happening?').fill('Salom, dunyo!');
      await author.page.getByRole('button', { name: 'Post' }).click();
      const seen = tweetIn(reader.page, 'Salom, dunyo!');
      await seen.getByRole('button', { name: 'Like', pressed: false }).click();
      await seen.getByRole('button', { name: 'Like 1', pressed: true }).waitFor();
      const told = notifications(author.page).getByRole('listitem').filter({ hasText: 'liked your tweet' });
      await told.getByText('Salom, dunyo!').waitFor();
      await expect.poll(() => unreadIn(author.page)).toBe(2);
      expect(await author.page.title()).toBe('(2) MiniTwitter live');
      await told.getByRole('button', { name: 'Mark as read' }).click();
      await expect.poll(() => unreadIn(author.page)).toBe(1);
      await author.page.getByRole('button', { name: 'Mark all as read' }).click();
      await expect.poll(() => unreadIn(author.page)).toBe(0);
      expect(await tweetIn(author.page, 'Salom, dunyo!').count()).toBe(1);

      await seen.getByRole('button', { name: 'Like' }).click();
      await seen.getByRole('button', { name: 'Like', exact: true, pressed: false }).waitFor();
      expect([...author.faults, ...reader.faults]).toEqual([]);
    });

    it('lets one follow by name, and brings what the followed post and whom they mention', async () => {
      const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
      await postTweet(ann, 'from before');
      await using reader = await signIn(browser, url, ben.username);
      const form = reader.page.getByRole('form', { name: 'Follow someone' });
      await form.getByLabel('Username').fill('nobody_of_that_name');
      await form.getByRole('button', { name: 'Follow' }).click();
      await form.getByRole('alert').getByText('There is nobody of that name.').waitFor();
      await form.getByLabel('Username').fill(`@${ann.username}`);
      await form.getByRole('button', { name: 'Follow' }).click();
      await tweetIn(reader.page, 'from before').waitFor();
      await postTweet(ann, `hello @${ben.username}`);
      await tweetIn(reader.page, `hello @${ben.username}`).waitFor();
      await notifications(reader.page).getByText(`${ann.username} mentioned you in a tweet`).waitFor();
      await tweetIn(reader.page, 'from before')
        .getByRole('button', { name: `Unfollow ${ann.username}` })
        .click();
      await tweetIn(reader.page, 'hello')
        .getByRole('button', { name: `Follow ${ann.username}`, exact: true })
        .waitFor();
      await expect
        .poll(() => expectStatus(200, rest('GET', `/users/${ann.id}`, { token: ben.token })))
        .toMatchObject({ is_following: false });
      expect(reader.faults).toEqual([]);
    });

    it('can be used by the keyboard alone', async () => {
      const ann = await register(rest, 'ann');
      await using opened = await signIn(browser, url, ann.username);
      const { keyboard } = opened.page;
      await keyboard.type('Without a mouse');
      await keyboard.press('Control+Enter');
      const like = tweetIn(opened.page, 'Without a mouse').getByRole('button', { name: 'Like' });
      await like.waitFor();
      const isFocused = () => like.evaluate((button) => button === button.ownerDocument.activeElement);
      for (let tabs = 0; tabs < 10 && !(await isFocused()); tabs++) await keyboard.press('Tab');
      await keyboard.press('Space');
      await tweetIn(opened.page, 'Without a mouse').getByRole('button', { name: 'Like 1', pressed: true }).waitFor();
      expect(opened.faults).toEqual([]);
    });

    it('registers a person, tells what is wrong with their input, and signs them out', async () => {
      const ann = await register(rest, 'ann');
      await using opened = await visit(browser, `${url}/live`);
      const form = opened.page.getByRole('form', { name: 'Create an account' });
      await form.getByLabel('Username').fill(ann.username);
      await form.getByLabel('Email').fill(`new_${ann.email}`);
      await form.getByLabel('Password').fill(password);
      await form.getByRole('button', { name: 'Create account' }).click();
      await form
        .getByRole('alert')
        .getByText(/username/i)
        .waitFor();
      await form.getByLabel('Username').fill(ann.username.toUpperCase().slice(0, 10).padEnd(14, '0'));
      await form.getByRole('button', { name: 'Create account' }).click();
      await isLive(opened.page);
      await opened.page.reload();
      await isLive(opened.page);
      await opened.page.getByRole('button', { name: 'Sign out' }).click();
      await opened.page.getByText('Signed out').waitFor();
      expect(await opened.page.evaluate('sessionStorage.length')).toBe(0);
      expect(await timeline(opened.page).getByRole('article').count()).toBe(0);
    });

    it.each([
      ['light', { viewport: { width: 1200, height: 900 } }],
      ['dark', { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' }],
      ['narrow', { viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' }],
    ] as const)('has labels, names and contrast, and fits: %s', async (_name, options) => {
      const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
      await postTweet(ann, `a word of ${'x'.repeat(200)}`);
      await follow(ben, ann);
      await using opened = await visit(browser, `${url}/live`, options);
      expect(await auditPage(opened.page)).toEqual([]);
      await opened.page.getByLabel('Username or email').fill(ann.username);
      await opened.page.getByRole('form', { name: 'Sign in' }).getByLabel('Password').fill(password);
      await opened.page.keyboard.press('Enter');
      await isLive(opened.page);
      await notifications(opened.page).getByText(`${ben.username} followed you`).waitFor();
      expect(await auditPage(opened.page)).toEqual([]);
      const tree = await opened.page.locator('body').ariaSnapshot();
      for (const part of ['banner:', 'main:', 'complementary "Notifications and people"', 'status: Live'])
        expect(tree).toContain(part);
      expect(opened.faults).toEqual([]);
    });
  },
);
