import { describe, expect, it } from 'vitest';
import type { AlertRow } from '@sluice/console-api';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { toAlertRow } from '../../testing/fake-console/sample-alerts.js';
import { findDestinations, type Known } from './find-destinations.js';

const fake = new FakeConsole();
const mail = fake.alerts.find((one) => one.message !== null);
const known: Known = {
  systems: fake.systems.filter(({ sensorId }) => /^(fileserver-hq|mx-berlin-1)$/.test(sensorId)),
  alerts: mail === undefined ? [] : [toAlertRow(mail) as AlertRow],
  actions: [{ key: 'dark', title: 'Dark colours', icon: null, to: () => undefined }],
};
const keys = (text: string) => findDestinations(text, known).map(({ key }) => key);

describe('go anywhere', () => {
  it('offers the pages before anything is typed', () => {
    expect(keys('')).toContain('/alerts');
    expect(keys('')).not.toContain('scans');
  });

  it('finds pages and actions by every word, in any order', () => {
    expect(keys('rules notif')).toContain('/notifications/rules');
    expect(keys('colours dark')).toContain('dark');
    expect(keys('colours green')).not.toContain('dark');
  });

  it('finds systems by ID, name and address', () => {
    const system = fake.systems.find((one) => one.sensorId === 'fileserver-hq');
    expect(keys('ILESERVER-h')).toContain(`system ${system?.id}`);
    expect(keys(system?.name ?? 'none')).toContain(`system ${system?.id}`);
    expect(keys(system?.address ?? 'none')).toContain(`system ${system?.id}`);
  });

  it('shows alerts that were found, by their subject, and leads to searches for the rest', () => {
    const found = findDestinations('anything', known);
    expect(found.map(({ to }) => to)).toEqual([
      `/alerts/${mail?.id}`,
      '/scans?q=anything',
      '/alerts?q=anything',
    ]);
    expect(found[0]?.title).toBe(mail?.message?.subject);
  });
});
