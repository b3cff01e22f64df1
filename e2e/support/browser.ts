import { delimiter, join } from 'node:path';
import { isExecutable } from '@minitwitter/embedded/is-executable';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const timeoutMs = 15_000;

/** A Chromium: `CHROMIUM_PATH`, else the first on the PATH of the names that it usually has; undefined for none. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH: given, PATH: path = '' } = process.env;
  if (given) return given;
  return names.flatMap((name) => path.split(delimiter).map((folder) => join(folder, name))).find(isExecutable);
}

export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox'] });

/** One person's window, with nothing in common with others. */
export type Visit = AsyncDisposable & {
  page: Page;
  /** What the browser complained of: console errors, uncaught exceptions, what the CSP refused. */
  faults: string[];
};

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(timeoutMs);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(url);
  return { page, faults, [Symbol.asyncDispose]: () => context.close() };
}
