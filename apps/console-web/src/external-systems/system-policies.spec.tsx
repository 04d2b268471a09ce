import { describe, expect, it } from 'vitest';
import { completePolicy, type MailPolicyRecord } from '@sluice/contracts';
import { fireEvent, screen } from '@testing-library/react';
import { sampleSystem } from '../../testing/fake-console/sample-systems.js';
import { button, dialog, openSystemsPage as open } from '../../testing/open-systems-page.js';

describe('what a system gets for objects that could not be examined', () => {
  it('is chosen by reason, with a warning where malware can pass, and only the change is sent', async () => {
    const fake = await open({}, (one) => {
      one.systems = [
        sampleSystem({ sensorId: 'fs', unexaminedPolicy: completePolicy({ damaged: 'detect' }) }),
      ];
    });
    fireEvent.click(button(/^More for fs/));
    fireEvent.click(await screen.findByRole('menuitem', { name: /^Edit/ }));
    // The dialog is a file of its own.
    await screen.findByRole('combobox', { name: 'A part is encrypted' });
    expect(dialog().queryByText('Malware can pass')).toBeNull();
    fireEvent.click(dialog().getByRole('combobox', { name: 'A part is encrypted' }));
    fireEvent.click(await screen.findByRole('option', { name: /^Not detected/ }));
    expect(dialog().getByText('Malware can pass')).toBeDefined();
    fireEvent.click(button('Save', dialog()));
    await screen.findByText('fs is changed.');
    expect(fake.changes.map(({ body }) => body)).toEqual([
      { unexaminedPolicy: { encrypted: 'not detected' } },
    ]);
  });
});

describe('what a mail sensor does with mail', () => {
  const openPolicy = async (mailPolicy: MailPolicyRecord) => {
    const fake = await open({}, (one) => {
      one.systems = [sampleSystem({ sensorId: 'mx', type: 'mail', mailPolicy })];
    });
    fireEvent.click(button(/^More for mx/));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'What it does with mail' }));
    // Its code is loaded when it is opened.
    await screen.findByRole('dialog', {}, { timeout: 30_000 });
    return fake;
  };
  const choose = async (name: string, option: RegExp) => {
    fireEvent.click(dialog().getByRole('combobox', { name }));
    fireEvent.click(await screen.findByRole('option', { name: option }));
  };
  const save = async () => {
    fireEvent.click(button('Save', dialog()));
    await screen.findByText(/^The mail policy of mx is changed/);
  };

  it('is chosen field by field, with a warning where malware is delivered, and only the change is sent', async () => {
    const fake = await openPolicy({ whenDetected: 'reject', skipUsers: ['anna'] });
    expect(button('Save', dialog()).disabled).toBe(true);
    await choose('Sluice is away', /^Deliver/);
    expect(dialog().getByText('Malware can be delivered')).toBeDefined();
    await choose('A part is encrypted', /^Hold/);
    const users = dialog().getByRole('textbox', { name: 'Users that logged in' });
    fireEvent.change(users, { target: { value: 'anna\nbert' } });
    await save();
    expect(fake.changes.map(({ body }) => body)).toEqual([
      {
        mailPolicy: {
          whenAway: 'tag',
          whenNotExamined: { encrypted: 'quarantine' },
          skipUsers: ['anna', 'bert'],
        },
      },
    ]);
  });

  it('says what it means that Sluice alone has a mail, and offers that only where it can be', async () => {
    const fake = await openPolicy({});
    expect(dialog().queryByText(/^Sluice will be the only one/)).toBeNull();
    await choose('A part is encrypted', /^Accept/);
    expect(dialog().getByText(/^Sluice will be the only one/)).toBeDefined();
    for (const name of ['Sluice is away', 'Too large for an engine']) {
      fireEvent.click(dialog().getByRole('combobox', { name }));
      await screen.findByRole('option', { name: /^Refuse for now/ });
      expect(screen.queryByRole('option', { name: /^Accept/ })).toBeNull();
      fireEvent.click(screen.getByRole('option', { name: /^Refuse for now/ }));
    }
    await save();
    expect(fake.changes[0]?.body).toMatchObject({
      mailPolicy: { whenNotExamined: { encrypted: 'hold', 'too-large': 'tempfail' } },
    });
  });

  it('leaves to the sensor what is emptied', async () => {
    const fake = await openPolicy({ skipUsers: ['anna'], holdSeconds: 30 });
    fireEvent.change(dialog().getByRole('textbox', { name: 'Users that logged in' }), {
      target: { value: ' ' },
    });
    fireEvent.change(dialog().getByRole('textbox', { name: /^A sender waits/ }), { target: { value: '' } });
    await save();
    expect(fake.changes.map(({ body }) => body)).toEqual([
      { mailPolicy: { holdSeconds: null, skipUsers: null } },
    ]);
  });

  it('is none of other systems', async () => {
    await open({}, (one) => {
      one.systems = [sampleSystem({ sensorId: 'fs' })];
    });
    fireEvent.click(button(/^More for fs/));
    await screen.findByRole('menuitem', { name: /^Edit/ });
    expect(screen.queryByRole('menuitem', { name: 'What it does with mail' })).toBeNull();
  });
});

describe('what a sensor answers to clamd’s clients', () => {
  const openPolicy = async (clamdPolicy: object) => {
    const fake = await open({}, (one) => {
      one.systems = [sampleSystem({ sensorId: 'fs', clamdPolicy })];
    });
    fireEvent.click(button(/^More for fs/));
    fireEvent.click(await screen.findByRole('menuitem', { name: 'What it answers to clamd’s clients' }));
    // Its code is loaded when it is opened.
    await screen.findByRole('dialog', {}, { timeout: 30_000 });
    return fake;
  };
  const write = (name: RegExp, value: string) =>
    fireEvent.change(dialog().getByRole('textbox', { name }), { target: { value } });

  it('is chosen field by field, and only the change is sent', async () => {
    const fake = await openPolicy({ names: 'clamd', holdSeconds: 30, cutLengths: [] });
    expect(button('Save', dialog()).disabled).toBe(true);
    fireEvent.click(dialog().getByRole('combobox', { name: 'Sluice is away' }));
    fireEvent.click(await screen.findByRole('option', { name: /^ERROR/ }));
    write(/^A client waits/, '');
    write(/^Lengths at which/, '26214400 100');
    fireEvent.click(button('Save', dialog()));
    await screen.findByText(/^The clamd policy of fs is changed/);
    expect(fake.changes.map(({ body }) => body)).toEqual([
      { clamdPolicy: { whenAway: 'error', holdSeconds: null, cutLengths: [26_214_400, 100] } },
    ]);
  });
});
