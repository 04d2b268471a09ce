import { describe, expect, it } from 'vitest';
import { servePages } from './served-pages.js';

const served = servePages();
const press = async (...keys: string[]) => {
  for (const key of keys) await served.page.keyboard.press(key);
};
const type = (text: string) => served.page.keyboard.type(text);
const row = (id: number) => served.page.locator(`[data-alert="${id}"]`);
const title = (name: string | RegExp) => served.page.getByRole('heading', { level: 1, name });
const says = (text: string | RegExp) => served.page.getByText(text).first().waitFor();
const gone = () => served.page.getByRole('dialog').waitFor({ state: 'detached' });
/** What has the focus, as whoever presses Tab next finds it. */
const focused = () =>
  served.page.evaluate(() => {
    const active = document.activeElement;
    const of = active?.closest('tr')?.getAttribute('data-alert');
    return of ?? active?.getAttribute('aria-label') ?? (active?.id || active?.textContent) ?? '';
  });
const focusIs = (what: string) => expect.poll(focused, { timeout: 15_000 }).toBe(what);
const stateOf = (id: number) => {
  const found = served.fake.alerts.find((one) => one.id === id);
  return [found?.state, found?.disposition];
};
async function openAlerts(): Promise<void> {
  await served.open('/alerts');
  await row(4210).waitFor();
}

describe('triage without a mouse', () => {
  it('closes a range with a comment, and takes it back', async () => {
    await openAlerts();
    await press('j', 'x', 'j', 'j', 'Shift+X');
    await says('3 selected');
    await press('c');
    await says('Close 3 alerts?');
    // The field for the comment has the focus; from it Tab leads to the answers.
    await type('One wave.');
    await press('Tab', 'Tab', 'Tab', 'Enter');
    await says('3 alerts changed.');
    expect([4210, 4209, 4208].map(stateOf)).toEqual(
      Array.from({ length: 3 }, () => ['closed', 'false-positive']),
    );
    expect(served.fake.changes.at(-1)?.body).toMatchObject({ comment: 'One wave.' });
    await gone();
    await press('u');
    await says('Undone.');
    expect([4210, 4209, 4208].map(stateOf)).toEqual(Array.from({ length: 3 }, () => ['new', null]));
  });

  it('goes on at the row it came from when the window closes, with Escape too', async () => {
    await openAlerts();
    await press('j', 'j', 'c');
    await says('Close alert 4209?');
    await press('Escape');
    await gone();
    await focusIs('4209');
    await press('e');
    await says('Comment on alert 4209?');
    await type('Asked the sender.');
    await press('Tab', 'Tab', 'Enter');
    await gone();
    await focusIs('4209');
    await press('j');
    await focusIs('4208');
  });

  it('walks from card to card, handles each, and comes back to the row of the last', async () => {
    await openAlerts();
    await press('j', 'Enter');
    await served.page.waitForURL(/\/alerts\/4210$/);
    await served.page.getByRole('region', { name: 'Handling' }).waitFor();
    await press('n');
    await served.page.waitForURL(/\/alerts\/4209$/);
    await served.page.getByRole('region', { name: 'Handling' }).waitFor();
    await press('a');
    await expect.poll(() => stateOf(4209)[0]).toBe('in-process');
    await press('c');
    await type('Its own form.');
    await served.page.getByRole('button', { name: 'False positive' }).focus();
    await press('Enter');
    await gone();
    expect(stateOf(4209)).toEqual(['closed', 'false-positive']);
    await press('n');
    await served.page.waitForURL(/\/alerts\/4208$/);
    await press('p');
    await served.page.waitForURL(/\/alerts\/4209$/);
    await served.page.goBack();
    await served.page.goBack();
    await served.page.goBack();
    await served.page.goBack();
    await served.page.waitForURL(/\/alerts$/);
    await focusIs('4210');
  });

  it('leaves what is typed for one alert out of the next', async () => {
    await served.open('/alerts/4209');
    await openAlerts();
    await press('j', 'Enter');
    await served.page.waitForURL(/\/alerts\/4210$/);
    const comment = served.page.getByLabel('Comment');
    await comment.fill('only about 4210');
    await served.page.getByRole('button', { name: 'Next' }).click();
    await served.page.waitForURL(/\/alerts\/4209$/);
    // Both are known now, so that neither shows itself without its data first.
    await served.page.getByRole('button', { name: 'Previous' }).click();
    await served.page.waitForURL(/\/alerts\/4210$/);
    await comment.fill('only about 4210');
    await served.page.getByRole('button', { name: 'Next' }).click();
    await served.page.waitForURL(/\/alerts\/4209$/);
    expect(await comment.inputValue()).toBe('');
  });

  it('does with a key what the card has a button for, and nothing else', async () => {
    const closed = served.fake.alerts.find((one) => one.state === 'closed');
    await served.open(`/alerts/${closed?.id}`);
    await served.page.getByRole('button', { name: 'Open again' }).waitFor();
    await press('a', 'c');
    await press('?');
    await served.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(served.fake.changes).toEqual([]);
    expect(await served.page.getByRole('dialog').count()).toBe(1);
  });
});

describe('Ctrl-K', () => {
  it('goes where was typed to, and leaves the focus on that page', async () => {
    await served.open('/');
    await press('Control+k');
    await focusIs('Go to a page, system, alert or hash');
    await type('audit');
    await served.page.getByRole('option', { name: 'Audit log', selected: true }).waitFor();
    await press('Enter');
    await title('Audit log').waitFor();
    await focusIs('page-title');
  });

  it('finds an alert by its subject, with the arrows', async () => {
    const mail = served.fake.alerts.find((one) => one.message !== null);
    const subject = mail?.message?.subject ?? '';
    await served.open('/settings');
    await press('Control+k');
    await focusIs('Go to a page, system, alert or hash');
    await type(subject.slice(0, 12));
    const options = served.page.getByRole('option');
    await options.filter({ hasText: `Alert ${mail?.id}:` }).waitFor();
    const at = await options.evaluateAll(
      (all, id) => all.findIndex((one) => one.textContent?.includes(`Alert ${id}:`)),
      mail?.id,
    );
    for (let step = 0; step < at; step += 1) await press('ArrowDown');
    await press('Enter');
    await served.page.waitForURL(`**/alerts/${mail?.id}`);
  });

  it('gives the focus back when it is left', async () => {
    await openAlerts();
    await press('j', 'j', 'Control+k');
    await served.page.getByRole('combobox', { name: /^Go to/ }).waitFor();
    await press('Escape');
    await gone();
    await focusIs('4209');
  });

  it('leads nowhere over a window in which something is typed', async () => {
    await openAlerts();
    await press('j', 'c');
    await type('half a sentence');
    await press('Control+k');
    expect(await served.page.getByRole('dialog').count()).toBe(1);
    expect(await served.page.getByLabel('Comment').inputValue()).toBe('half a sentence');
  });
});

describe('a window that closes', () => {
  it('gives the focus back to the button of the menu that opened it', async () => {
    await served.open('/external-systems');
    const menu = served.page.getByRole('button', { name: /^More/ }).first();
    await menu.focus();
    const name = (await menu.getAttribute('aria-label')) ?? '';
    await press('Enter');
    await served.page.getByRole('menuitem', { name: /^Edit/ }).waitFor();
    await served.page.getByRole('menuitem', { name: /^Edit/ }).focus();
    await press('Enter');
    await served.page.getByRole('dialog').waitFor();
    await press('Escape');
    await gone();
    await focusIs(name);
  });

  it('gives it to the page’s title when what opened it is gone', async () => {
    await served.open('/external-systems');
    await served.page
      .getByRole('button', { name: /^Reject/ })
      .first()
      .focus();
    await press('Enter');
    const dialog = served.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Yes' }).focus();
    await press('Enter');
    await gone();
    await focusIs('page-title');
  });
});
