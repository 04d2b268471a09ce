import { describe, expect, it } from 'vitest';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { FakeConsole, type FakeOptions } from '../../../testing/fake-console/fake-console.js';
import { renderPage } from '../../../testing/render-pages.js';
import { ChannelsPage } from './channels-page.js';

async function open(options: FakeOptions = {}) {
  const fake = new FakeConsole(options);
  renderPage(<ChannelsPage />, fake);
  await waitFor(() => expect(screen.queryByLabelText(/^Loading/)).toBeNull());
  return fake;
}
const dialog = () => within(screen.getByRole('dialog'));
/** Found by its words or its label: roles of all that stands in a window take long to work out. */
const button = (name: string, place: Pick<typeof screen, 'getByText'> = screen) =>
  (place.getByText(name, { selector: 'button *' }).closest('button') ?? fail(name)) as HTMLButtonElement;
const fail = (name: string): never => {
  throw new Error(`no button ${name}`);
};
const press = (label: string) => fireEvent.click(screen.getByLabelText(label));
const type = (label: RegExp | string, value: string) =>
  fireEvent.change(dialog().getByLabelText(label), { target: { value } });

describe('the channels', () => {
  it('say where they lead and, when they are away, since when and why', async () => {
    await open();
    const row = screen.getByText('SIEM').closest('tr');
    expect(row?.textContent).toContain('siem.example.org:6514 TLS, CEF');
    expect(row?.textContent).toContain('failing for 38 minutes, 9 attempts failed');
    expect(row?.textContent).toContain('connect ECONNREFUSED');
    expect(within(row as HTMLElement).getByText('14 waiting')).toBeDefined();
  });

  it('begin with how to make the first', async () => {
    await open({ isEmpty: true });
    expect(screen.getByText(/Add a channel first/)).toBeDefined();
  });

  it.each(['security-officer', 'auditor'] as const)('offer no change to the role %s', async (role) => {
    await open({ role });
    expect(screen.queryByText(/^(Test|Edit|Delete|Add channel)$/)).toBeNull();
  });
});

describe('making a channel', () => {
  it('shows the secret the console made once, and goes on to a test', async () => {
    const fake = await open();
    fireEvent.click(button('Add channel'));
    fireEvent.click(dialog().getByLabelText('Webhook'));
    type(/^Name/, 'Chat');
    type(/^Address/, 'https://chat.example.org/hook');
    fireEvent.click(button('Add channel', dialog()));
    await screen.findByText(/^whsec_/);
    expect(fake.changes[0]?.body).toEqual({
      name: 'Chat',
      kind: 'webhook',
      settings: {
        url: 'https://chat.example.org/hook',
        allowPrivateAddresses: false,
        ca: null,
        clientCertificate: null,
      },
    });
    fireEvent.click(button('Copied; send a test', dialog()));
    fireEvent.click(button('Send the test', dialog()));
    await screen.findByText('The receiver took it');
    expect(dialog().getByText('250 2.0.0 Ok: queued as 7C01D2E9')).toBeDefined();
  });

  it('shows what is wrong at its field and keeps what was typed', async () => {
    const fake = await open();
    fake.notifications.refusal = {
      status: 400,
      body: {
        error: 'BadRequest',
        message: 'the settings are not right',
        fields: { 'settings.host': 'is neither a host name nor an address' },
      },
    };
    fireEvent.click(button('Add channel'));
    type(/^Name/, 'Mail');
    type(/^Mail server/, 'no host');
    type(/^Sender/, 'sluice@example.org');
    fireEvent.click(button('Add channel', dialog()));
    await dialog().findByText('Is neither a host name nor an address');
    expect(dialog().getByLabelText<HTMLInputElement>(/^Mail server/).value).toBe('no host');
    expect(
      dialog()
        .getByLabelText(/^Mail server/)
        .getAttribute('aria-invalid'),
    ).toBe('true');
  });
});

describe('changing a channel', () => {
  it('sends only what changed, and keeps a secret that is left empty', async () => {
    const fake = await open();
    press('Edit Mail to the security team');
    expect(button('Save', dialog()).disabled).toBe(true);
    type(/^Sender/, 'alerts@example.org');
    fireEvent.click(button('Save', dialog()));
    await screen.findByText(/is changed/);
    expect(fake.changes[0]?.body).toEqual({ settings: { from: 'alerts@example.org' } });
  });

  it('asks for the password again when it would be sent elsewhere', async () => {
    const fake = await open();
    press('Edit Mail to the security team');
    type(/^Mail server/, 'other.example.org');
    expect(dialog().getByText(/Enter it again/)).toBeDefined();
    expect(button('Save', dialog()).disabled).toBe(true);
    type(/^Password/, 'once more');
    fireEvent.click(button('Save', dialog()));
    await screen.findByText(/is changed/);
    expect(fake.changes[0]?.body).toEqual({ settings: { host: 'other.example.org', password: 'once more' } });
  });

  it('without a login forgets user and password', async () => {
    const fake = await open();
    press('Edit Mail to the security team');
    fireEvent.click(dialog().getByLabelText(/login/));
    fireEvent.click(button('Save', dialog()));
    await screen.findByText(/is changed/);
    expect(fake.changes[0]?.body).toEqual({ settings: { username: null, password: null } });
  });
});

describe('a test', () => {
  it('shows why it did not get through, in place', async () => {
    const fake = await open();
    fake.notifications.testAnswer = { outcome: 'failed', answer: '550 5.1.1 no such mailbox' };
    press('Send a test through Mail to the security team');
    fireEvent.click(button('Send the test', dialog()));
    await screen.findByText('It did not get through');
    expect(dialog().getByText('550 5.1.1 no such mailbox')).toBeDefined();
    expect(fake.changes[0]?.body).toEqual({ to: ['sluice@example.org'] });
  });
});

describe('deleting a channel', () => {
  it('names the rules that use it, and waits until none does', async () => {
    const fake = await open();
    press('Delete SIEM');
    await dialog().findByText('Everything to the SIEM');
    expect(button('Yes', dialog()).disabled).toBe(true);
    expect(fake.changes).toEqual([]);
  });

  it('says what is cancelled with it', async () => {
    const fake = await open();
    fake.notifications.rules = [];
    press('Delete SIEM');
    await dialog().findByText(/14 messages that wait for it are cancelled/);
    fireEvent.click(button('Yes', dialog()));
    await screen.findByText('SIEM is deleted.');
    expect(fake.notifications.channels.map((one) => one.name)).not.toContain('SIEM');
  });
});
