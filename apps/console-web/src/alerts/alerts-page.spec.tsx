import { beforeEach, describe, expect, it } from 'vitest';
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { FakeConsole, type FakeOptions } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { liveState } from '../events/live-state.js';
import { AlertsPage } from './alerts-page.js';

async function open(options: FakeOptions = {}) {
  const fake = new FakeConsole({ pageSize: 6, ...options });
  renderPage(<AlertsPage />, fake);
  await waitFor(() => expect(screen.queryByRole('status', { name: /Loading/ })).toBeNull());
  return fake;
}
const rows = () => screen.getAllByRole('row').slice(1);
/** By its text alone: working out the roles of everything on a page takes jsdom most of a second each time. */
const button = (text: string) => screen.getByText(text, { selector: 'button *' });
const press = (key: string) => fireEvent.keyDown(document.body, { key });

describe('the alerts', () => {
  beforeEach(() => history.replaceState(null, '', '/alerts'));

  it('come page by page', async () => {
    await open();
    expect(rows()).toHaveLength(6);
    fireEvent.click(screen.getByRole('button', { name: /Next/ }));
    await waitFor(() => expect(rows()[0]?.dataset['alert']).toBe('4204'));
    expect(screen.getByText('Page 2')).toBeDefined();
  });

  it('are filtered by the address, which the filters write', async () => {
    history.replaceState(null, '', '/alerts?importance=low');
    await open();
    expect(rows().map((row) => /High|Medium|Low/.exec(row.textContent)?.[0])).toEqual(
      Array.from({ length: 6 }, () => 'Low'),
    );
    fireEvent.click(screen.getByRole('radio', { name: 'New' }));
    expect(location.search).toBe('?importance=low&state=new');
  });

  it('are acknowledged with a key at the row where j stopped', async () => {
    const fake = await open();
    press('j');
    press('j');
    press('a');
    await screen.findByText(/^1 alert changed/);
    expect(fake.changes).toEqual([
      {
        call: 'PATCH /api/alerts',
        body: { ids: [4209], state: 'in-process', assignee: 'admin', ifState: 'new' },
      },
    ]);
  });

  it('take keys for the selection while there is one, not for the row of the cursor', async () => {
    const fake = await open();
    press('j');
    fireEvent.click(screen.getByLabelText('Select alert 4209'));
    fireEvent.click(screen.getByLabelText('Select alert 4208'));
    press('i');
    await waitFor(() => expect(fake.changes).toHaveLength(1));
    expect(fake.changes).toMatchObject([
      { call: 'PATCH /api/alerts', body: { ids: [4209, 4208], assignee: 'admin' } },
    ]);
  });

  it('are selected up to the row that is clicked with Shift, or reached and taken with X', async () => {
    await open();
    const chosen = () =>
      rows()
        .filter((row) => row.querySelector('input')?.checked === true)
        .map((row) => row.dataset['alert']);
    fireEvent.click(screen.getByLabelText('Select alert 4209'));
    fireEvent.click(screen.getByLabelText('Select alert 4206'), { shiftKey: true });
    expect(chosen()).toEqual(['4209', '4208', '4207', '4206']);
    fireEvent.click(button('Clear selection'));
    press('j');
    press('x');
    press('j');
    press('j');
    press('X');
    expect(chosen()).toEqual(['4210', '4209', '4208']);
  });

  it('are walked through with the focus itself', async () => {
    await open();
    press('j');
    press('j');
    expect(document.activeElement?.closest('tr')?.dataset['alert']).toBe('4209');
  });

  it('are grouped, and each group leads to its alerts', async () => {
    const fake = await open();
    const sender = fake.alerts.find((one) => one.message !== null)?.message?.sender ?? '';
    history.replaceState(null, '', '/alerts?group=sender');
    cleanup();
    renderPage(<AlertsPage />, fake);
    const link = await screen.findByRole<HTMLAnchorElement>('link', { name: sender });
    const count = fake.alerts.filter((one) => one.message?.sender === sender).length;
    expect(link.closest('tr')?.textContent).toContain(String(count));
    expect(link.getAttribute('href')).toBe(`/alerts?sender=${encodeURIComponent(sender)}`);
  });

  it('say what a search leaves out where the database lacks what it needs', async () => {
    const fake = new FakeConsole({ pageSize: 6 });
    fake.alertSearch = { isComplete: false, fewestCharacters: 3, problem: 'Senders are not searched.' };
    history.replaceState(null, '', '/alerts?q=someone');
    renderPage(<AlertsPage />, fake);
    expect(await screen.findByText('Senders are not searched.')).toBeDefined();
  });

  it('are not searched for two letters', async () => {
    await open();
    const field = screen.getByLabelText('Find in the alerts');
    fireEvent.change(field, { target: { value: 'ab' } });
    expect(screen.getByText('3+')).toBeDefined();
    fireEvent.change(field, { target: { value: 'abc' } });
    await waitFor(() => expect(location.search).toBe('?q=abc'));
  });

  it('stand still while one is selected, and say that there are newer ones', async () => {
    await open();
    fireEvent.click(screen.getByLabelText('Select alert 4210'));
    expect(screen.getByRole('button', { name: 'Paused' })).toBeDefined();
    act(() =>
      liveState.set({
        registryRevision: 1,
        pendingRequests: 0,
        newAlerts: 1,
        failedJobs: 0,
        lastAlertId: 4211,
        problems: {},
      }),
    );
    expect(screen.getByText(/There are newer alerts/)).toBeDefined();
  });

  it('are sorted by the titles of the columns, which say how', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Importance' }));
    expect(location.search).toBe('?sort=importance');
    const header = () => screen.getByRole('columnheader', { name: /Importance/ });
    await waitFor(() => expect(header().getAttribute('aria-sort')).toBe('descending'));
    fireEvent.click(screen.getByRole('button', { name: 'Created' }));
    expect(location.search).toBe('');
  });

  it('that are selected are changed in one go', async () => {
    const fake = await open();
    for (const id of [4210, 4208]) fireEvent.click(screen.getByLabelText(`Select alert ${id}`));
    fireEvent.click(button('Close'));
    fireEvent.change(screen.getByLabelText('Comment'), { target: { value: 'Seen in the ticket' } });
    fireEvent.click(button('False positive'));
    await screen.findByText('2 alerts changed.');
    const closed = { state: 'closed', disposition: 'false-positive', comment: 'Seen in the ticket' };
    expect(fake.changes).toEqual([
      { call: 'PATCH /api/alerts', body: { ...closed, ids: [4210, 4208], ifState: 'new' } },
    ]);
    expect(document.querySelector('input[type=checkbox]:checked')).toBeNull();
  });

  it('are what they were before once it is undone', async () => {
    const fake = await open();
    const states = () =>
      fake.alerts.map(({ state, assignee, disposition }) => [state, assignee, disposition]);
    const before = states();
    press('j');
    press('c');
    fireEvent.click(button('Duplicate'));
    await screen.findByText('1 alert changed.');
    expect(states()).not.toEqual(before);
    fireEvent.click(button('Undo'));
    await screen.findByText('Undone.');
    expect(states()).toEqual(before);
  });

  it('are commented together, which leaves nothing to undo', async () => {
    const fake = await open();
    press('j');
    press('x');
    press('e');
    fireEvent.change(screen.getByLabelText('Comment'), { target: { value: 'Asked the sender' } });
    fireEvent.click(button('Add comment'));
    await screen.findByText(/^0 alerts changed|^1 alert changed/);
    expect(fake.changes).toEqual([
      { call: 'PATCH /api/alerts', body: { comment: 'Asked the sender', ids: [4210] } },
    ]);
    expect(screen.queryByText('Undo')).toBeNull();
  });

  const chooseAll = () => {
    fireEvent.click(screen.getByLabelText('Select all on this page'));
    fireEvent.click(button('Select all that match the filter'));
  };

  it('are changed in bulk, all that fit the filter, once their number was said', async () => {
    const fake = await open();
    const closed = fake.alerts.filter((one) => one.state === 'closed').length;
    chooseAll();
    fireEvent.click(button('Close'));
    await screen.findByText('Close 80 alerts?');
    fireEvent.click(button('True positive'));
    await screen.findByText(`${80 - closed} alerts changed; ${closed} were so already.`);
    expect(fake.alerts.every((one) => one.state === 'closed')).toBe(true);
    expect(fake.changes.map(({ body }) => [body['throughId'], body['cursor']])).toEqual([
      [4210, undefined],
      [4210, '4181'],
      [4210, '4151'],
    ]);
  });

  it('are not changed when the operator cancels', async () => {
    const fake = await open();
    chooseAll();
    fireEvent.click(button('Acknowledge'));
    await screen.findByText('Acknowledge 80 alerts?');
    fireEvent.click(button('Cancel'));
    expect(fake.changes).toEqual([]);
  });

  it('cannot be changed by an auditor, with a key neither', async () => {
    const fake = await open({ role: 'auditor' });
    press('j');
    press('c');
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(fake.changes).toEqual([]);
  });
});
