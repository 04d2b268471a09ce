import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertInstance } from '../testing/insert-instance.js';
import { HealthService } from '../health/health.service.js';
import { SettingsService } from './settings.service.js';

describe('settings', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start({
      SETTING_SCAN_TIMEOUT_SECONDS: '60',
      FIRST_SETTING_MAX_CONCURRENT_SCANS: '77',
      FIRST_SETTING_MAXIMUM_MAIL_PRIORITY: 'off',
    });
    token = await app.token('administrator');
    await app.get(SettingsService).applyConfiguration();
  });
  afterAll(() => app.stop());

  const show = async () => (await app.call('GET', '/api/settings', { token })).body;
  const change = (body: object) => app.call('PATCH', '/api/settings', { token, body });
  const stored = async () =>
    Object.fromEntries(
      (await app.rows<{ key: string; value: unknown }>('SELECT key, value FROM registry.setting_values')).map(
        (row) => [row.key, row.value],
      ),
    );

  it('show value, default, unit and bounds', async () => {
    expect((await show()).maxObjectSize).toEqual({
      value: 104_857_600,
      default: 104_857_600,
      type: 'integer',
      unit: 'bytes',
      minimum: 1024,
      maximum: 4_294_967_295,
      options: null,
      pinned: false,
      pinnedBy: null,
    });
    expect((await show()).integrationRequests.options).toEqual(['open', 'closed']);
    expect((await show()).clamavHeuristics).toMatchObject({ unit: 'characters', maximum: 8192 });
    expect((await show()).passwordsToTry).toMatchObject({ unit: 'passwords', maximum: 20 });
  });

  it('have their first values from the configuration until somebody changes them', async () => {
    expect(await show()).toMatchObject({
      maxConcurrentScans: { value: 77 },
      maximumMailPriority: { value: false },
    });
    await change({ maxConcurrentScans: 78 });
    await app.get(SettingsService).applyConfiguration();
    expect(await show()).toMatchObject({ maxConcurrentScans: { value: 78, pinned: false } });
  });

  it('that are pinned reach the services and cannot be changed', async () => {
    expect(await stored()).toMatchObject({ scanTimeoutSeconds: 60 });
    const answer = await change({ scanTimeoutSeconds: 90, resultRetentionDays: 3 });
    expect(answer).toMatchObject({
      status: 409,
      body: { fields: { scanTimeoutSeconds: 'pinned by SETTING_SCAN_TIMEOUT_SECONDS' } },
    });
    expect(await show()).toMatchObject({
      scanTimeoutSeconds: { value: 60 },
      resultRetentionDays: { value: 7 },
    });
  });

  it('raise the revision, and tell what was before and after', async () => {
    const before = app.published.at(-1)?.revision ?? 0;
    await change({ resultRetentionDays: 5, auditRetentionDays: 365 });
    expect(app.published.at(-1)?.revision).toBeGreaterThan(before);
    const [entry] = (await app.call('GET', '/api/audit?action=settings.change', { token })).body.items;
    expect(entry).toMatchObject({
      before: { resultRetentionDays: 7 },
      after: { resultRetentionDays: 5 },
      address: '127.0.0.1',
    });
  });

  it('raise nothing when nothing changes', async () => {
    await change({ resultRetentionDays: 5 });
    const count = app.published.length;
    await change({ resultRetentionDays: 5 });
    expect(app.published).toHaveLength(count);
  });

  it.each([
    ['an unknown key', { unknown: 1 }],
    ['a value below its bound', { maxObjectSize: 10 }],
    ['a value of another kind', { maximumMailPriority: 'yes' }],
    ['nothing', {}],
  ])('refuse %s', async (_, body) => {
    expect((await change(body)).status).toBe(400);
  });

  it('keep objects within what every engine takes, and name the one that does not', async () => {
    await insertInstance(app, {
      service: 'scanner',
      engines: [{ engine: 'clamav', maxObjectBytes: 52_428_800 }],
    });
    const answer = await change({ maxObjectSize: 52_428_801 });
    expect(answer).toMatchObject({
      status: 400,
      body: { fields: { maxObjectSize: expect.stringContaining('clamav') } },
    });
    expect((await change({ maxObjectSize: 52_428_800 })).status).toBe(200);
  });

  it('allow test signatures only while every gateway stays on this machine', async () => {
    await insertInstance(app, { service: 'gateway', instance: 'near', isLoopback: true });
    expect((await change({ allowTestSignatures: true })).status).toBe(200);
    await insertInstance(app, { service: 'gateway', instance: 'far', isLoopback: false });
    await app.get(SettingsService).guardTestSignatures(await app.get(HealthService).watch());
    expect(await show()).toMatchObject({ allowTestSignatures: { value: false } });
    const answer = await change({ allowTestSignatures: true });
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('far') } });
  });
});
