import { describe, expect, it } from 'vitest';
import { servePages } from './served-pages.js';

const served = servePages();
const dialog = () => served.page.getByRole('dialog');
const says = (text: string | RegExp) => served.page.getByText(text).first().waitFor();
const fingerprint = Array.from({ length: 32 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(':');

async function fillRegistration(): Promise<void> {
  await served.open('/external-systems');
  await served.page.getByRole('button', { name: 'Pre-register a system' }).click();
  await dialog().getByRole('textbox', { name: 'ID', exact: true }).fill('typed-before');
  await dialog()
    .getByRole('textbox', { name: /fingerprint/i })
    .fill(fingerprint);
  await dialog().getByText('External system', { exact: true }).click();
}
const idField = () => dialog().getByRole('textbox', { name: 'ID', exact: true });

describe('a session that ends under an open form', () => {
  it('is opened again over it, and what was sent meanwhile is done then', async () => {
    await fillRegistration();
    served.fake.isSignedIn = false;
    await dialog().getByRole('button', { name: 'Register' }).click();
    await says('Your session has ended');
    await served.page.locator('input[name=password]').fill('right');
    await served.page.getByRole('button', { name: 'Sign in' }).click();
    await says('typed-before');
    expect(served.fake.systems.map(({ sensorId }) => sensorId)).toContain('typed-before');
    await dialog().waitFor({ state: 'detached' });
  });

  it('leaves the form as it was, and the focus where it was, when it ends while one types', async () => {
    await fillRegistration();
    await idField().focus();
    served.fake.isSignedIn = false;
    // Whatever the page asks next is refused.
    await served.page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await served.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await says('Your session has ended');
    await served.page.keyboard.press('Control+k');
    expect(await served.page.getByRole('combobox', { name: /^Go to/ }).count()).toBe(0);
    await served.page.locator('input[name=password]').fill('right');
    await served.page.keyboard.press('Enter');
    await served.page.getByText('Your session has ended').waitFor({ state: 'detached' });
    expect(await idField().inputValue()).toBe('typed-before');
    await expect.poll(() => idField().evaluate((field) => field === document.activeElement)).toBe(true);
  });
});

describe('a console that fails under an open window', () => {
  it('says so in it, keeps what was typed, and takes it when it works again', async () => {
    await fillRegistration();
    served.fake.isFailing = true;
    await dialog().getByRole('button', { name: 'Register' }).click();
    await dialog().getByText('The database does not answer.').waitFor();
    expect(await idField().inputValue()).toBe('typed-before');
    served.fake.isFailing = false;
    await dialog().getByRole('button', { name: 'Register' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(served.fake.systems.map(({ sensorId }) => sensorId)).toContain('typed-before');
  });
});

describe('a request that two administrators decide', () => {
  it('is decided once: the second one is told, and sees what it is now', async () => {
    await served.open('/external-systems');
    const pending = served.fake.systems.find((one) => one.state === 'pending' && !one.idInUse);
    await served.page.getByRole('button', { name: new RegExp(`^Accept .*${pending?.sensorId}`) }).click();
    await dialog()
      .getByText(/^Mail sensor/)
      .first()
      .click();
    // Someone else rejects it, which this page has not heard of yet.
    await served.page.route('**/accept', (route) =>
      route.fulfill({
        status: 409,
        contentType: 'application/json',
        body: JSON.stringify({ error: 'Conflict', message: 'changed since you loaded it; reload' }),
      }),
    );
    served.fake.systems = served.fake.systems.map((one) =>
      one.id === pending?.id ? { ...one, state: 'rejected' } : one,
    );
    await dialog().getByRole('button', { name: 'Yes' }).click();
    await dialog()
      .getByText(/^Changed since you loaded it/)
      .waitFor();
    await dialog().getByRole('button', { name: 'No' }).click();
    await served.page
      .locator('tr', { hasText: pending?.sensorId ?? '' })
      .getByText('Rejected')
      .waitFor();
  });
});

describe('a row of a list', () => {
  it('opens with a click anywhere, but where its tick is or text was marked', async () => {
    const { page } = served;
    await served.open('/alerts');
    const row = page.locator('tr[data-alert]').nth(2);
    const id = (await row.getAttribute('data-alert')) ?? '';
    await row
      .locator('td')
      .first()
      .click({ position: { x: 3, y: 3 } });
    expect(new URL(page.url()).pathname).toBe('/alerts');
    await row.getByText(/→/).or(row.locator('.cell-text')).last().click();
    await page.waitForURL(new RegExp(`/alerts/${id}$`));
  });
});

describe('the browser’s Back', () => {
  it('takes back each state that was chosen', async () => {
    const { page } = served;
    await served.open('/alerts');
    const radios = page.getByRole('radiogroup', { name: 'State' });
    await radios.getByText('Closed').click();
    await page.waitForURL(/state=closed/);
    await radios.getByText('New').click();
    await page.waitForURL(/state=new/);
    await page.goBack();
    await page.waitForURL(/state=closed/);
    await page.goBack();
    await page.waitForURL(/\/alerts$/);
  });

  it('takes filters back one by one, and leads from a card to the list as it was filtered', async () => {
    const { page } = served;
    await served.open('/alerts');
    const radios = page.getByRole('radiogroup', { name: 'State' });
    await radios.getByText('Closed').click();
    await page.waitForURL(/\?state=closed$/);
    await page.getByRole('combobox', { name: 'Importance' }).click();
    await page.getByRole('option', { name: 'High' }).click();
    await page.waitForURL(/importance=high/);
    await page.locator('.row-link').nth(3).click();
    await page.waitForURL(/\/alerts\/\d+$/);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('region', { name: 'Handling' }).waitFor();
    await page.goBack();
    await page.waitForURL(/\/alerts\?state=closed&importance=high$/);
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-alert')))
      .toBe(id);
    await page.goBack();
    await page.waitForURL(/\/alerts\?state=closed$/);
    expect(await page.getByRole('combobox', { name: 'Importance' }).inputValue()).toBe('');
    await page.goBack();
    await page.waitForURL(/\/alerts$/);
    await page.goForward();
    await page.waitForURL(/\/alerts\?state=closed$/);
    expect(await radios.getByRole('radio', { name: 'Closed' }).isChecked()).toBe(true);
  });
});
