import { describe, expect, it } from 'vitest';
import { fireEvent, screen, within } from '@testing-library/react';
import { sampleRequest, sampleSystem } from '../../testing/fake-console/sample-systems.js';
import { button, dialog, openSystemsPage as open } from '../../testing/open-systems-page.js';

describe('the Server list', () => {
  it('has the columns operators know', async () => {
    await open();
    const titles = screen.getAllByRole('columnheader').map((one) => one.textContent);
    expect(titles.slice(1, -1)).toEqual([
      'Address',
      'Type',
      'Name',
      'ID',
      'Certificate fingerprint',
      'Expires',
      'State',
      'Connection',
    ]);
  });

  it('shows a dash for the name of a mail sensor', async () => {
    await open({}, (fake) => {
      fake.systems = [sampleSystem({ sensorId: 'mx', type: 'mail' })];
    });
    const row = within(screen.getByText('mx').closest('tr') as HTMLElement);
    expect(row.getByText('–')).toBeDefined();
  });

  it('is sorted by what the address asks for, as the notice about certificates does', async () => {
    history.replaceState(null, '', '/external-systems?state=accepted&sort=expiry');
    await open({}, (fake) => {
      fake.systems = [
        sampleSystem({ sensorId: 'late', certificateNotAfter: '2031-01-01T00:00:00.000Z' }),
        sampleSystem({ sensorId: 'soon', certificateNotAfter: '2030-01-01T00:00:00.000Z' }),
        sampleRequest({ sensorId: 'new', certificateNotAfter: '2029-01-01T00:00:00.000Z' }),
      ];
    });
    const ids = () =>
      screen
        .getAllByRole('row')
        .slice(1)
        .map((row) => /late|soon|new/.exec(row.textContent)?.[0]);
    expect(ids()).toEqual(['soon', 'late']);
    fireEvent.click(button('Expires'));
    expect(ids()).toEqual(['late', 'soon']);
    expect(location.search).toBe('?state=accepted&sort=-expiry');
    history.replaceState(null, '', '/external-systems');
  });

  it('folds the certificates of an ID under it, and never hides a request', async () => {
    await open({}, (fake) => {
      fake.systems = [sampleSystem({ sensorId: 'one' }), sampleSystem({ sensorId: 'one' })];
    });
    const rows = () => screen.getAllByRole('row').length - 1;
    expect(rows()).toBe(1);
    fireEvent.click(button(/1 more certificate of one/));
    expect(rows()).toBe(2);
  });

  it('says how to make the first request when it is empty', async () => {
    await open({ isEmpty: true });
    expect(screen.getByText(/curl -k --cert/).textContent).toContain(
      'https://console.test:8443/kata/scanner/v1/sensors/my-first-system/scans/filters',
    );
  });

  it.each(['security-officer', 'auditor'] as const)('offers no change to the role %s', async (role) => {
    await open({ role });
    expect(screen.queryByRole('button', { name: /^(Accept|Reject|Delete|Register)/ })).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
    expect(screen.getByRole<HTMLInputElement>('switch').disabled).toBe(true);
  });
});

describe('accepting', () => {
  it('asks for the type, with nothing chosen, and sends what was seen', async () => {
    const fake = await open({}, (one) => {
      one.systems = [sampleRequest({ sensorId: 'fs', name: 'Files' })];
    });
    fireEvent.click(button(/^Accept fs/));
    expect(
      dialog()
        .getAllByRole<HTMLInputElement>('radio')
        .some((one) => one.checked),
    ).toBe(false);
    expect(button('Yes', dialog()).disabled).toBe(true);
    fireEvent.click(dialog().getByRole('radio', { name: /External system/ }));
    fireEvent.change(dialog().getByRole('textbox', { name: 'Name' }), { target: { value: 'Our files' } });
    fireEvent.click(button('Yes', dialog()));
    await screen.findByText('fs is accepted.');
    const [change] = fake.changes;
    expect(change?.call).toMatch(/^POST .*\/accept$/);
    expect(change?.body).toEqual({
      certificateFingerprint: fake.systems[0]?.certificateFingerprint,
      type: 'other',
      name: 'Our files',
    });
  });

  it('sends the type that the operator chose, whatever was declared', async () => {
    const fake = await open({}, (one) => {
      one.systems = [sampleRequest({ sensorId: 'mx', type: 'mail' })];
    });
    fireEvent.click(button(/^Accept mx/));
    fireEvent.click(dialog().getByRole('radio', { name: /External system/ }));
    fireEvent.click(button('Yes', dialog()));
    await screen.findByText('mx is accepted.');
    expect(fake.changes.map(({ call }) => call.split('/').at(-1))).toEqual(['accept']);
    expect(fake.changes[0]?.body).toMatchObject({ type: 'other' });
  });

  it('of an ID in use takes a pasted fingerprint and the choice between replace and add', async () => {
    const holder = sampleSystem({ sensorId: 'fs' });
    const request = sampleRequest({ sensorId: 'fs', idInUse: true });
    const fake = await open({}, (one) => {
      one.systems = [request, holder];
    });
    fireEvent.click(button(/^Accept fs/));
    fireEvent.click(dialog().getByRole('radio', { name: /External system/ }));
    fireEvent.click(dialog().getByRole('radio', { name: /Replace/ }));
    const field = dialog().getByRole('textbox', { name: /Fingerprint the owner/ });
    fireEvent.change(field, { target: { value: holder.certificateFingerprint } });
    expect(dialog().getByText('NOT the same fingerprint.')).toBeDefined();
    expect(button('Yes', dialog()).disabled).toBe(true);
    fireEvent.change(field, { target: { value: request.certificateFingerprint } });
    fireEvent.click(button('Yes', dialog()));
    await screen.findByText('fs is accepted.');
    expect(fake.changes[0]?.body).toMatchObject({ mode: 'replace' });
  });
});

describe('deleting and rejecting', () => {
  it('names the system and its fingerprint, and No changes nothing', async () => {
    const system = sampleSystem({ sensorId: 'fs' });
    const fake = await open({}, (one) => {
      one.systems = [system];
    });
    fireEvent.click(button(/^Delete fs/));
    expect(screen.getByRole('dialog').textContent).toContain(system.certificateFingerprint);
    fireEvent.click(button('No', dialog()));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.changes).toEqual([]);
  });

  it('works on all that are selected, leaving out what cannot be rejected', async () => {
    const fake = await open({}, (one) => {
      one.systems = [
        sampleRequest({ sensorId: 'a' }),
        sampleRequest({ sensorId: 'b' }),
        sampleSystem({ sensorId: 'c', state: 'replaced' }),
      ];
    });
    for (const box of screen.getAllByRole('checkbox')) fireEvent.click(box);
    expect(button(/^Delete 3$/)).toBeDefined();
    fireEvent.click(button(/^Reject 2$/));
    fireEvent.click(button('Yes', dialog()));
    await screen.findByText('2 rejected.');
    expect(fake.systems.map((one) => one.state)).toEqual(['rejected', 'rejected', 'replaced']);
  });
});
