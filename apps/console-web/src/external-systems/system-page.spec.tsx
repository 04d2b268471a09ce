import { describe, expect, it } from 'vitest';
import { fireEvent, screen } from '@testing-library/react';
import { FakeConsole } from '../../testing/fake-console/fake-console.js';
import { renderPage } from '../../testing/render-pages.js';
import { SystemPage } from './system-page.js';

const show = async () => {
  const fake = new FakeConsole();
  const system = fake.systems.find((one) => one.sensorId === 'fileserver-hq');
  renderPage(<SystemPage params={{ id: system?.id ?? '' }} />, fake);
  await screen.findByText(/^12, 4 of them new/);
  return system;
};

describe('the page of an external system', () => {
  it('leads from its numbers to the scans and alerts they count', async () => {
    const system = await show();
    const link = (name: string) =>
      screen.getByRole('link', { name: new RegExp(`${name}: show them$`) }).getAttribute('href');
    expect(link('Not examined')).toMatch(/^\/scans\?sensorId=fileserver-hq&state=error&from=/);
    expect(link('Alerts')).toContain(`registrationId=${system?.registrationId ?? ''}`);
  });

  it('shows the day hour by hour; a bar and the highest lead to the scans of their hour', async () => {
    await show();
    const detected = screen.getByRole('img', { name: 'Detected, hour by hour' });
    const bars = [...detected.querySelectorAll('rect')];
    expect(bars.map((bar) => Math.round(Number(bar.getAttribute('height'))))).toEqual(
      bars.map((_, index) => (index === 15 ? 32 : index === 16 ? 11 : 1)),
    );
    const highest = screen.getByRole('link', { name: /^Highest: 9, from/ }).getAttribute('href') ?? '';
    const { state, from = '', until = '' } = Object.fromEntries(new URLSearchParams(highest.split('?')[1]));
    expect([state, Date.parse(until) - Date.parse(from)]).toEqual(['detect', 3_600_000]);
    fireEvent.click(bars[15] as Element);
    expect(location.search).toBe(highest.slice(highest.indexOf('?')));
  });

  it('has programs for this system and this server, to be copied', async () => {
    await show();
    fireEvent.click(screen.getByRole('tab', { name: 'Python' }));
    const program = (await screen.findByText(/^# Usage: python3/)).textContent;
    expect(program).toContain('/kata/scanner/v1/sensors/fileserver-hq');
    expect(program).toMatch(/FINGERPRINT = "([0-9A-F]{2}:){31}[0-9A-F]{2}"/);
  });

  it('says that there is none where it was deleted', async () => {
    renderPage(<SystemPage params={{ id: 'gone' }} />, new FakeConsole());
    expect(await screen.findByText(/No such external system/)).toBeDefined();
  });
});
