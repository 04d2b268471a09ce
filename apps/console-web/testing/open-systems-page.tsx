import { screen, waitFor, within } from '@testing-library/react';
import { expect } from 'vitest';
import { FakeConsole, type FakeOptions } from './fake-console/fake-console.js';
import { renderPage } from './render-pages.js';
import { ExternalSystemsPage } from '../src/external-systems/external-systems-page.js';

/** The page of external systems, loaded. */
export async function openSystemsPage(
  options: FakeOptions = {},
  change: (fake: FakeConsole) => void = () => undefined,
) {
  const fake = new FakeConsole(options);
  change(fake);
  renderPage(<ExternalSystemsPage />, fake);
  await waitFor(() => expect(screen.queryByRole('status', { name: /Loading/ })).toBeNull());
  return fake;
}
export const button = (name: RegExp | string, within_ = screen as Pick<typeof screen, 'getByRole'>) =>
  within_.getByRole<HTMLButtonElement>('button', { name });
export const dialog = () => within(screen.getByRole('dialog'));
