import { describe, expect, it } from 'vitest';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { FakeConsole, type FakeOptions } from '../../../testing/fake-console/fake-console.js';
import { renderPage } from '../../../testing/render-pages.js';
import { AlertDeliveries } from './alert-deliveries.js';
import { DeliveriesPage } from './deliveries-page.js';

async function open(options: FakeOptions = {}, query = '') {
  history.replaceState(null, '', `/notifications/deliveries${query}`);
  const fake = new FakeConsole(options);
  renderPage(<DeliveriesPage />, fake);
  await waitFor(() => expect(screen.queryByLabelText(/^Loading/)).toBeNull());
  return fake;
}
const rows = () => screen.getAllByRole('row').slice(1);

describe('the deliveries', () => {
  it('say what was told, its state and the last answer, and mark the dead', async () => {
    await open();
    const dead = screen.getByText('setup.exe').closest('tr');
    expect(dead?.dataset['state']).toBe('dead');
    expect(dead?.textContent).toContain('HTTP 410: this hook was removed');
    const waiting = screen.getByText('Trying again').closest('tr');
    expect(waiting?.textContent).toMatch(/3 attempts.*next in/);
    expect(screen.getByText('3 alerts gathered')).toBeDefined();
    expect(screen.getByText('Test by admin')).toBeDefined();
  });

  it('are filtered by what stands in the address', async () => {
    const fake = await open({}, '?alertId=4171');
    expect(rows().length).toBe(1);
    fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    await waitFor(() => expect(rows().length).toBe(fake.notifications.deliveries.length));
    expect(location.search).toBe('');
  });

  it('open with every attempt and its answer', async () => {
    await open();
    fireEvent.click(within(rows()[0] as HTMLElement).getByRole('button', { name: 'invoice_2026-11.zip' }));
    const attempts = await screen.findByRole('region', { name: 'Attempts' });
    expect(within(attempts).getByText('3 attempts')).toBeDefined();
    expect(within(attempts).getAllByText('connect ECONNREFUSED 10.20.0.40:6514').length).toBe(3);
    expect(location.search).toMatch(/^\?open=/);
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(location.search).toBe('');
  });

  it('are replayed one by one', async () => {
    const fake = await open();
    const dead = screen.getByText('setup.exe').closest('tr') as HTMLElement;
    fireEvent.click(within(dead).getByRole('button', { name: /^Replay/ }));
    await screen.findByText(/sent once more/);
    expect(fake.notifications.deliveries.find((one) => one.objectName === 'setup.exe')?.state).toBe(
      'waiting',
    );
  });

  it('are replayed as many as are selected, tests and open digests never', async () => {
    const fake = await open();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Select all on this page' }));
    const bar = within(screen.getByLabelText('Selected deliveries'));
    expect(bar.getByText('5 selected')).toBeDefined();
    fireEvent.click(bar.getByRole('button', { name: 'Replay' }));
    await screen.findByText('5 messages sent once more.');
    expect(fake.changes.length).toBe(5);
  });

  it('that are refused say why', async () => {
    const fake = await open();
    fake.notifications.refusal = {
      status: 409,
      body: { error: 'Conflict', message: 'the rule is switched off or was deleted' },
    };
    const dead = screen.getByText('setup.exe').closest('tr') as HTMLElement;
    fireEvent.click(within(dead).getByRole('button', { name: /^Replay/ }));
    await screen.findByText('Not replayed. The rule is switched off or was deleted.');
  });

  it('offer auditors no replay', async () => {
    await open({ role: 'auditor' });
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(screen.queryByRole('button', { name: /Replay|Send now/ })).toBeNull();
  });

  it('say what makes the first one', async () => {
    await open({ isEmpty: true });
    expect(screen.getByText('No deliveries')).toBeDefined();
    expect(screen.getByRole('link', { name: 'rule' }).getAttribute('href')).toBe('/notifications/rules');
  });
});

describe('the card of an alert', () => {
  it('lists who was told of it', async () => {
    renderPage(<AlertDeliveries alertId={4209} />, new FakeConsole());
    const link = await screen.findByRole('link', { name: 'SIEM' });
    expect(link.getAttribute('href')).toMatch(/^\/notifications\/deliveries\?alertId=4209&open=/);
    expect(screen.getByText('Trying again')).toBeDefined();
  });

  it('says when no one was', async () => {
    renderPage(<AlertDeliveries alertId={1} />, new FakeConsole());
    await screen.findByText(/sent anything about it/);
  });
});
