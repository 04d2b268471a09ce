import { describe, expect, it } from 'vitest';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { FakeConsole, type FakeOptions } from '../../../testing/fake-console/fake-console.js';
import { renderPage } from '../../../testing/render-pages.js';
import { sessionState } from '../../api/session-state.js';
import { RulePage } from './rule-page.js';
import { RulesPage } from './rules-page.js';

const loaded = () => waitFor(() => expect(screen.queryByLabelText(/^Loading/)).toBeNull());
/** Found by its words: roles of all that stands in the editor take long to work out. */
const press = (words: RegExp | string) => fireEvent.click(screen.getByText(words));
const changesOf = (fake: FakeConsole) => fake.changes.filter(({ call }) => !call.endsWith('/preview'));

async function openList(options: FakeOptions = {}, change: (fake: FakeConsole) => void = () => undefined) {
  const fake = new FakeConsole(options);
  change(fake);
  renderPage(<RulesPage />, fake);
  await loaded();
  return fake;
}

describe('the rules', () => {
  it('say in words what they tell, to whom and how often', async () => {
    await openList();
    const row = screen.getByText('High importance to the team').closest('tr');
    expect(row?.textContent).toContain(
      'Detections of high importance in mail, with a sender or recipient like *@example.org',
    );
    expect(row?.textContent).toContain('security@example.org and 2 others');
    expect(row?.textContent).toContain('At once, at most 20 an hour');
    await screen.findByText(/from File server, headquarters/);
  });

  it('send an operator without channels to those first', async () => {
    await openList({ isEmpty: true });
    expect(screen.getByText('Add a channel first').getAttribute('href')).toBe('/notifications/channels');
    expect(screen.queryByText('Add rule')).toBeNull();
  });

  it('go off only after it is said that what waits is cancelled', async () => {
    const fake = await openList();
    fireEvent.click(screen.getByLabelText('Everything to the SIEM is on'));
    expect(screen.getByText(/not taken yet are cancelled/)).toBeDefined();
    expect(changesOf(fake)).toEqual([]);
    press('Yes');
    await screen.findByText('Everything to the SIEM is off.');
    expect(changesOf(fake)[0]?.body).toEqual({ enabled: false });
  });

  it('go on at once', async () => {
    const fake = await openList();
    fireEvent.click(screen.getByLabelText(/^Tickets/));
    await screen.findByText('Tickets for the file server is on.');
    expect(changesOf(fake)[0]?.body).toEqual({ enabled: true });
  });

  it('are read by auditors, and changed by security officers', async () => {
    await openList({ role: 'auditor' });
    expect(screen.queryByText('Add rule')).toBeNull();
    expect(screen.queryByText('Delete')).toBeNull();
    expect(screen.getAllByLabelText<HTMLInputElement>(/ is on$/).every((one) => one.disabled)).toBe(true);
  });
});

async function openRule(id: 'new' | 'mail', options: FakeOptions = {}) {
  const fake = new FakeConsole(options);
  const rule = fake.notifications.rules.find((one) => one.name === 'High importance to the team');
  renderPage(<RulePage params={{ id: id === 'new' ? 'new' : (rule?.id ?? '') }} />, fake);
  await screen.findByText('Preview of the newest');
  return fake;
}
const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe('the editor of a rule', () => {
  it('shows which alerts would fit and the newest as it would look', async () => {
    await openRule('mail');
    expect(screen.getByText('3 of the last 80 alerts')).toBeDefined();
    expect(screen.getByText('[high] Doc.Downloader.Macro-7713 from mx-berlin-1')).toBeDefined();
    expect(screen.getByLabelText('The message').textContent).toContain('billing@supplier[.]example');
  });

  it('asks for the preview of what is typed, and puts its advice at the field', async () => {
    const fake = await openRule('mail');
    type(/^Source address/, 'nowhere');
    await screen.findByText('Has to be addresses or networks such as 10.0.0.0/8');
    expect(fake.changes.at(-1)).toMatchObject({
      call: 'POST /api/notification-rules/preview',
      body: { match: { source: 'nowhere', minimumImportance: 'high' } },
    });
  });

  it('puts macros in where the cursor stands', async () => {
    await openRule('mail');
    type(/^Subject/, 'A  B');
    screen.getByLabelText<HTMLInputElement>(/^Subject/).setSelectionRange(2, 2);
    press('What can stand in it?');
    press('%detected%');
    expect(screen.getByLabelText<HTMLInputElement>(/^Subject/).value).toBe('A %detected% B');
  });

  it('saves a rule on operation without what is only of detections', async () => {
    const fake = await openRule('mail');
    press('Operation');
    press('Save');
    await screen.findByText('High importance to the team is saved.');
    expect(changesOf(fake)[0]?.body).toMatchObject({
      subject: null,
      digestMinutes: 0,
      maxPerHour: null,
      to: ['security@example.org', 'm.weber@example.org', 'k.osei@example.org'],
      match: { minimumImportance: null, operation: { healthFrom: 'degraded', engineDown: false } },
    });
  });

  it('needs a name, a channel and, for mail, recipients', async () => {
    await openRule('new');
    const save = () =>
      screen.getByText('Add rule', { selector: 'button *' }).closest('button') as HTMLButtonElement;
    type(/^Name/, 'All');
    expect(save().disabled).toBe(true);
    fireEvent.click(screen.getByLabelText(/^Channel/, { selector: 'input' }));
    fireEvent.click(await screen.findByText('SIEM (Syslog)'));
    expect(save().disabled).toBe(false);
    expect(screen.queryByLabelText(/^Recipients/)).toBeNull();
  });

  it('loses nothing when the session ends while it is saved', async () => {
    const fake = await openRule('mail');
    fake.isSignedIn = false;
    type(/^Name/, 'Renamed');
    press('Save');
    await waitFor(() => expect(sessionState.get().kind).toBe('expired'));
    expect(screen.getByLabelText<HTMLInputElement>(/^Name/).value).toBe('Renamed');
    fake.isSignedIn = true;
    const session = { username: 'admin', role: 'administrator', kind: 'operator', csrfToken: 't' } as const;
    act(() => sessionState.set({ kind: 'signed-in', session }));
    await screen.findByText('Renamed is saved.');
  });

  it('is a view for auditors', async () => {
    await openRule('mail', { role: 'auditor' });
    expect(screen.queryByText('Save')).toBeNull();
    expect(screen.getByLabelText(/^Name/).closest('fieldset')?.disabled).toBe(true);
  });
});
