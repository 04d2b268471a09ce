import { beforeEach, describe, expect, it } from 'vitest';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { AlertPage } from './alert-page.js';
import { AlertsPage } from './alerts-page.js';

/** By its text alone, as in alerts-page.spec. */
const button = (text: string) => screen.getByText(text, { selector: 'button *' });
const press = (key: string) => fireEvent.keyDown(document.body, { key });
const comment = () => screen.getByRole('dialog').querySelector('textarea') as HTMLTextAreaElement;

/** What Bob does at the same time, and this page has not heard of yet. */
function bobCloses(fake: FakeConsole, ...ids: number[]): void {
  fake.alerts = fake.alerts.map((alert) =>
    ids.includes(alert.id)
      ? {
          ...alert,
          state: 'closed',
          disposition: 'true-positive',
          changes: [
            ...alert.changes,
            {
              at: new Date().toISOString(),
              operator: 'bob',
              stateBefore: alert.state,
              stateAfter: 'closed',
              assigneeBefore: null,
              assigneeAfter: null,
              dispositionBefore: null,
              dispositionAfter: 'true-positive',
              comment: null,
            },
          ],
        }
      : alert,
  );
}
const wordOf = (fake: FakeConsole, id: number) => {
  const found = fake.alerts.find((one) => one.id === id);
  return [found?.state, found?.disposition];
};

describe('two operators at work on the same alerts', () => {
  let fake: FakeConsole;
  beforeEach(() => {
    history.replaceState(null, '', '/alerts');
    fake = new FakeConsole({ pageSize: 6 });
  });
  const openList = async () => {
    renderPage(<AlertsPage />, fake);
    await screen.findByLabelText('Select alert 4210');
  };
  const openCard = async (id: number) => {
    renderPage(<AlertPage params={{ id: String(id) }} />, fake);
    await screen.findByText('Handling');
  };

  it('decide once: what one closed, the other does not close as something else', async () => {
    await openList();
    for (const id of [4210, 4209]) fireEvent.click(screen.getByLabelText(`Select alert ${id}`));
    press('c');
    bobCloses(fake, 4210);
    fireEvent.click(button('False positive'));
    await screen.findByText('1 alert changed. 1 left as it is: changed meanwhile.');
    expect([4210, 4209].map((id) => wordOf(fake, id))).toEqual([
      ['closed', 'true-positive'],
      ['closed', 'false-positive'],
    ]);
  });

  it('take back what they did themselves, and not what the other made of it since', async () => {
    await openList();
    press('j');
    press('a');
    await screen.findByText('1 alert changed.');
    bobCloses(fake, 4210);
    fireEvent.click(button('Undo'));
    await screen.findByText('Undone. 1 left as it is: changed meanwhile.');
    expect(wordOf(fake, 4210)).toEqual(['closed', 'true-positive']);
  });

  it('open nothing again by acknowledging it', async () => {
    const closed = fake.alerts.find((one) => one.state === 'closed');
    history.replaceState(null, '', '/alerts?state=closed');
    renderPage(<AlertsPage />, fake);
    await screen.findByLabelText(`Select alert ${closed?.id}`);
    press('j');
    press('a');
    await screen.findByText('Nothing new is selected.');
    expect(fake.changes).toEqual([]);
  });

  it('are told on the card who was first, with what they typed still there', async () => {
    await openCard(4210);
    press('c');
    fireEvent.change(comment(), { target: { value: 'Their own form.' } });
    bobCloses(fake, 4210);
    fireEvent.click(button('False positive'));
    expect(await screen.findByText(/^By bob: it is closed as true positive now/)).toBeDefined();
    expect(wordOf(fake, 4210)).toEqual(['closed', 'true-positive']);
    expect(comment().value).toBe('Their own form.');
    // Who has read that may decide otherwise.
    fireEvent.click(button('False positive'));
    await waitFor(() => expect(wordOf(fake, 4210)).toEqual(['closed', 'false-positive']));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('a change that fails', () => {
  it('leaves the window of the list open, with what was typed and why', async () => {
    const fake = new FakeConsole({ pageSize: 6 });
    history.replaceState(null, '', '/alerts');
    renderPage(<AlertsPage />, fake);
    fireEvent.click(await screen.findByLabelText('Select alert 4210'));
    press('c');
    fireEvent.change(comment(), { target: { value: 'A long explanation.' } });
    fake.isFailing = true;
    fireEvent.click(button('Duplicate'));
    expect(await screen.findByText(/^Stopped after 0 alerts changed\. The database/)).toBeDefined();
    expect(comment().value).toBe('A long explanation.');
    fake.isFailing = false;
    fireEvent.click(button('Duplicate'));
    await screen.findByText('1 alert changed.');
    expect(fake.changes.at(-1)?.body).toMatchObject({ ids: [4210], comment: 'A long explanation.' });
  });

  it('leaves the window of the card open, too', async () => {
    const fake = new FakeConsole();
    renderPage(<AlertPage params={{ id: '4210' }} />, fake);
    await screen.findByText('Handling');
    press('c');
    fireEvent.change(comment(), { target: { value: 'A long explanation.' } });
    fake.isFailing = true;
    fireEvent.click(button('Duplicate'));
    expect(await screen.findByText(/The database does not answer/)).toBeDefined();
    expect(comment().value).toBe('A long explanation.');
  });
});
