import { beforeEach, describe, expect, it } from 'vitest';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { Quarantined } from '@sluice/console-api';
import { FakeConsole, type FakeOptions } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { QuarantinePage } from './quarantine-page.js';

async function open(options: FakeOptions = {}) {
  const fake = new FakeConsole(options);
  renderPage(<QuarantinePage />, fake);
  await waitFor(() => expect(screen.queryByRole('status', { name: /Loading/ })).toBeNull());
  return fake;
}
const rows = () => screen.getAllByRole('row').slice(1);
const button = (text: string) => screen.getByText(text, { selector: 'button *' });
const idOf = (fake: FakeConsole, at: number) => fake.quarantine.items[at]?.id;

describe('quarantine', () => {
  beforeEach(() => history.replaceState(null, '', '/quarantine'));

  it('says who wrote to whom, why it is kept and what the receiver answered', async () => {
    await open();
    expect(rows()).toHaveLength(4);
    expect(rows()[0]?.textContent).toContain('joerg@example.com → anna@example.org, berta@example.org');
    expect(rows()[0]?.textContent).toContain('A part is encrypted');
    expect(screen.getByText('Win.Trojan.Agent-1').closest('a')?.getAttribute('href')).toBe('/alerts/4200');
    expect(rows()[2]?.textContent).toContain('anna@example.org: 250 2.0.0 Ok: queued as 4D1');
  });

  it('shows the answer of each attempt and when the next one is', async () => {
    await open();
    expect(rows()[0]?.textContent).toContain('Next attempt within seconds.; by admin');
    fireEvent.click(screen.getByLabelText('Attempts to release Contract, signed'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Next attempt within seconds.')).toBeDefined();
    const text = dialog.getByLabelText('Attempts').textContent;
    expect(text).toContain('1,205 attempts');
    expect(text).toMatch(/1,204 attempts with the same answer[^]*ECONNREFUSED[^]*451 4\.3\.0 Temporary/);
  });

  it('is filtered by the address, which opens the filters that are set', async () => {
    history.replaceState(null, '', '/quarantine?subject=invoice');
    await open();
    expect(rows()).toHaveLength(1);
    expect((screen.getByLabelText('Subject') as HTMLInputElement).value).toBe('invoice');
  });

  it('releases what is selected to its recipients, with a comment', async () => {
    const fake = await open();
    fireEvent.click(screen.getByLabelText('Select Contract, signed'));
    fireEvent.click(button('Release'));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Comment'), { target: { value: 'asked for by phone' } });
    fireEvent.click(dialog.getByText('Release', { selector: 'button *' }));
    await screen.findByText(/^1 object on its way/);
    expect(fake.changes).toEqual([
      {
        call: 'POST /api/quarantine/release',
        body: { ids: [idOf(fake, 0)], form: 'original', comment: 'asked for by phone' },
      },
    ]);
  });

  it('warns before it releases what was detected, and needs the address it is to go to', async () => {
    const fake = await open();
    fireEvent.click(screen.getByLabelText('Select Invoice of May'));
    fireEvent.click(button('Release'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Something was detected')).toBeDefined();
    fireEvent.click(dialog.getByLabelText('An address'));
    const confirm = dialog.getByText('Release', { selector: 'button *' }).closest('button');
    expect(confirm?.disabled).toBe(true);
    fireEvent.change(dialog.getByLabelText('Address'), { target: { value: ' soc@example.org ' } });
    fireEvent.click(confirm!);
    await waitFor(() => expect(fake.changes).toHaveLength(1));
    expect(fake.changes[0]?.body).toEqual({ ids: [idOf(fake, 1)], form: 'original', to: 'soc@example.org' });
  });

  it('says before a release that who has the mail already does not get it twice', async () => {
    const fake = new FakeConsole();
    const items = fake.quarantine.items as Quarantined[];
    const answers = (['taken', 'refused'] as const).map((outcome) => ({
      recipient: `${outcome}@example.org`,
      outcome,
      answer: 'as it is',
    }));
    items[1] = { ...items[1]!, release: { ...items[2]!.release!, state: 'refused', answers } };
    renderPage(<QuarantinePage />, fake);
    const says = /Who has it in the same form does not get it twice/;
    fireEvent.click(await screen.findByLabelText('Select Invoice of May'));
    fireEvent.click(button('Release'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(says)).toBeDefined();
    fireEvent.click(dialog.getByText('Cancel', { selector: 'button *' }));
    fireEvent.click(screen.getByLabelText('Select Invoice of May'));
    fireEvent.click(screen.getByLabelText('Select Contract, signed'));
    fireEvent.click(button('Release'));
    expect(within(await screen.findByRole('dialog')).queryByText(says)).toBeNull();
  });

  it('says what was left as it was, and why', async () => {
    await open();
    fireEvent.click(screen.getByLabelText('Select all on this page'));
    fireEvent.click(button('Release'));
    fireEvent.click(within(await screen.findByRole('dialog')).getByText('Release', { selector: 'button *' }));
    expect(await screen.findByText('Left as it was: 1 no mail.')).toBeDefined();
    expect(screen.getByText(/^3 objects on their way/)).toBeDefined();
  });

  it('says of which mail no one else has a copy, and refuses it to its sender', async () => {
    const fake = await open();
    expect(rows().map((row) => within(row).queryByText('Held') !== null)).toEqual([
      false,
      true,
      false,
      false,
    ]);
    fireEvent.click(screen.getByLabelText('Select Contract, signed'));
    expect(screen.queryByText('Refuse', { selector: 'button *' })).toBeNull();
    fireEvent.click(screen.getByLabelText('Select Invoice of May'));
    fireEvent.click(screen.getByLabelText('Select Contract, signed'));
    fireEvent.click(button('Refuse'));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Comment'), { target: { value: ' spam ' } });
    fireEvent.click(dialog.getByText('Refuse', { selector: 'button *' }));
    await screen.findByText(/^1 mail refused/);
    expect(fake.changes).toEqual([
      { call: 'POST /api/quarantine/refuse', body: { ids: [idOf(fake, 1)], comment: 'spam' } },
    ]);
  });

  it('warns before it deletes what no one else has', async () => {
    await open();
    fireEvent.click(screen.getByLabelText('Select Invoice of May'));
    fireEvent.click(button('Delete'));
    expect(await screen.findByText('No one else has it')).toBeDefined();
  });

  it('deletes what is selected after a question, with the comment for the audit log', async () => {
    const fake = await open();
    const [id] = fake.quarantine.items
      .filter(({ object }) => object.name === 'nested.zip')
      .map((one) => one.id);
    fireEvent.click(screen.getByLabelText('Select nested.zip'));
    fireEvent.click(button('Delete'));
    const dialog = within(await screen.findByRole('dialog'));
    fireEvent.change(dialog.getByLabelText('Comment'), { target: { value: ' a test of ours ' } });
    fireEvent.click(dialog.getByText('Delete', { selector: 'button *' }));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(fake.changes).toEqual([
      { call: 'POST /api/quarantine/delete', body: { ids: [id], comment: 'a test of ours' } },
    ]);
  });

  it('shows a mail as text once it was said why, with who got it blind', async () => {
    const fake = await open({ role: 'auditor', canReadMail: true });
    expect(rows()[0]?.textContent).toContain('berta@example.org, 1 blind recipient');
    expect(screen.queryByLabelText('Read nested.zip')).toBeNull();
    fireEvent.click(screen.getByLabelText('Read Contract, signed'));
    const asked = within(await screen.findByRole('dialog'));
    expect(asked.getByText('Read', { selector: 'button *' }).closest('button')?.disabled).toBe(true);
    fireEvent.change(asked.getByLabelText(/Reason/), { target: { value: ' ticket 7 ' } });
    fireEvent.click(asked.getByText('Read', { selector: 'button *' }));
    await screen.findByText(/^Dear Anna/);
    const shown = within(screen.getByRole('dialog'));
    expect(fake.changes).toEqual([
      { call: `POST /api/quarantine/${idOf(fake, 0)}/preview`, body: { reason: 'ticket 7' } },
    ]);
    expect(shown.getByText('Blind: not named in the mail').closest('li')?.textContent).toContain('carl@');
    expect(shown.getByText(/contract\[U\+202E\]fdp/)).toBeDefined();
    expect(shown.getByText('No text')).toBeDefined();
    expect(shown.getByText('Not all of it')).toBeDefined();
    expect(screen.getByRole('dialog').querySelectorAll('a, img, iframe, form')).toHaveLength(0);
  });

  it('offers to read no mail to who may not', async () => {
    await open();
    expect(screen.queryByText('Read', { selector: 'button *' })).toBeNull();
  });

  it('offers an auditor nothing to select', async () => {
    await open({ role: 'auditor' });
    expect(screen.queryByLabelText('Select all on this page')).toBeNull();
  });
});
