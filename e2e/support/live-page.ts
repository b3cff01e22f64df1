import type { Browser, Locator, Page } from 'playwright-core';
import { type Visit, visit } from './browser.ts';

export const password = 'correct horse';

/** Open the live page and sign in with the keyboard alone. */
export async function signIn(browser: Browser, url: string, username: string): Promise<Visit> {
  const opened = await visit(browser, `${url}/live`);
  const { keyboard } = opened.page;
  await opened.page.getByLabel('Username or email').waitFor();
  await keyboard.type(username);
  await keyboard.press('Tab');
  await keyboard.type(password);
  await keyboard.press('Enter');
  await isLive(opened.page);
  return opened;
}

export const isLive = (page: Page): Promise<void> => page.getByText('Live', { exact: true }).waitFor();

export const timeline = (page: Page): Locator => page.getByRole('list', { name: 'Home timeline' });

export const notifications = (page: Page): Locator => page.getByRole('list', { name: /^Notifications/ });

/** The tweet with this text in the timeline. */
export const tweetIn = (page: Page, text: string): Locator =>
  timeline(page).getByRole('article').filter({ hasText: text });

/** How many notifications the badge says are unread; 0 without a badge. */
export async function unreadIn(page: Page): Promise<number> {
  const heading = page.getByRole('heading', { name: /^Notifications/ });
  return Number(/(\d+) unread/.exec((await heading.textContent()) ?? '')?.[1] ?? 0);
}
