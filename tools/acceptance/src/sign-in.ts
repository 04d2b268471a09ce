import type { Page } from 'playwright-core';

export interface FirstLogin {
  readonly consoleUrl: string;
  readonly username: string;
  /** Made by someone else. */
  readonly given: string;
  readonly own: string;
}

/** The pages come once a password that someone else made is changed. */
export async function signInFirst(
  page: Page,
  { consoleUrl, username, given, own }: FirstLogin,
): Promise<void> {
  await page.goto(consoleUrl);
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(given);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  await page.locator('input[autocomplete=current-password]').fill(given);
  for (const field of await page.locator('input[autocomplete=new-password]').all()) await field.fill(own);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
}

/** What the API answers to a script in the page: with its cookie and its token. */
export const answeredToPage = (page: Page, method: string, to: string, body?: object): Promise<number> =>
  page.evaluate(
    async ([verb, target, sent]) => {
      const { csrfToken } = (await (await fetch('/api/session')).json()) as { csrfToken: string };
      const headers = { 'X-CSRF-Token': csrfToken, 'Content-Type': 'application/json' };
      return (await fetch(target, { method: verb, headers, body: sent })).status;
    },
    [method, to, JSON.stringify(body ?? {})] as const,
  );
