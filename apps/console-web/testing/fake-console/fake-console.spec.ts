import { describe, expect, it } from 'vitest';
import { changeEverything, readEverything } from '@sluice/console-api/testing';
import { FakeConsole } from './fake-console.js';

const readAll = (fake: FakeConsole) =>
  readEverything((method, path) => {
    const url = new URL(path, 'https://console.test');
    return fake.answer({ method, path: url.pathname, query: url.searchParams, body: {} });
  });

describe('the fake console', () => {
  it.each([false, true])('answers as the real one is described, troubled: %s', async (isTroubled) => {
    const { faults, read } = await readAll(new FakeConsole({ isTroubled }));
    expect(faults).toEqual([]);
    expect(read).toEqual(expect.arrayContaining(['GET /api/alerts/{id}', 'GET /api/health/history']));
  });

  it('takes and refuses changes as the real one does', async () => {
    const fake = new FakeConsole();
    const { faults, changed } = await changeEverything((method, path, body = {}) =>
      fake.answer({ method, path, query: new URLSearchParams(), body: body as Record<string, unknown> }),
    );
    expect(faults).toEqual([]);
    expect(changed.length).toBeGreaterThan(20);
  });

  it('does not pass when a field is missing', async () => {
    const fake = new FakeConsole();
    fake.scans = fake.scans.map((scan) => ({ ...scan, priority: undefined as unknown as number }));
    expect((await readAll(fake)).faults).not.toEqual([]);
  });
});
