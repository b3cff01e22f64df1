import { expect, it } from 'vitest';
import { findChromium, launchChromium, visit } from '../support/browser.ts';
import { register } from '../support/rest.ts';
import { follow, rest, url } from '../support/world.ts';

const chromium = findChromium();

it.skipIf(!chromium)('the playground runs a subscription in a Chromium, if there is one', async () => {
  const [ann, ben] = await Promise.all([register(rest, 'ann'), register(rest, 'ben')]);
  await using browser = await launchChromium(chromium ?? '');
  const { page, faults } = await visit(browser, `${url}/graphql`);
  const write = async (editor: string, text: string) => {
    await page.locator(`${editor} .monaco-editor:visible`).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  };
  await page.locator('.graphiql-query-editor .view-line').filter({ hasText: 'subscription' }).waitFor();
  await write('.graphiql-query-editor', 'subscription { notificationReceived { message actor { username } } }');
  await page.getByRole('button', { name: 'Headers' }).click();
  await write('.graphiql-editor-tool', JSON.stringify({ authorization: `Bearer ${ann.token}` }));
  const opened = page.waitForEvent('websocket');
  await page.getByRole('button', { name: /^Execute/ }).click();
  const subscribed = (await opened).waitForEvent('framesent', ({ payload }) => String(payload).includes('"subscribe"'));
  await subscribed;
  await follow(ben, ann);
  await page.locator('.result-window').getByText(`${ben.username} followed you`).waitFor();
  expect(faults).toEqual([]);
});
