import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatFingerprint, type SystemType } from '@sluice/contracts';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { fingerprintOf } from '../testing/sighting-of.js';
import type { ExternalSystem } from './external-system.js';

describe('what a mail sensor does with mail', () => {
  let app: ConsoleUnderTest;
  let token: string;
  let sensor: ExternalSystem;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows(
      'TRUNCATE registry.certificates, registry.registrations, registry.audit, registry.deleted_certificates',
    );
    sensor = (await register('mx', 'mail')).body;
  });

  const register = (sensorId: string, type: SystemType, more: object = {}) => {
    const certificateFingerprint = formatFingerprint(fingerprintOf(sensorId));
    return app.call('POST', '/api/external-systems', {
      token,
      body: { sensorId, certificateFingerprint, type, ...more },
    });
  };
  const change = (mailPolicy: unknown, as = token) =>
    app.call('PATCH', `/api/external-systems/${sensor.id}`, { token: as, body: { mailPolicy } });
  /** As gateways are told of it. */
  const announced = async () =>
    (await app.rows<{ mail_policy: unknown }>('SELECT mail_policy FROM registry.certificate_entries')).map(
      (row) => row.mail_policy,
    );

  it('is left to the sensor until an administrator chooses', async () => {
    expect(sensor).toMatchObject({ mailPolicy: {}, mailPolicyVersion: 0 });
    expect(await announced()).toEqual([null]);
  });

  it('changes field by field, null gives one back, each time under a new version that gateways are told', async () => {
    const before = app.published.length;
    await change({ whenAway: 'tag', skipUsers: ['anna'], whenNotExamined: { encrypted: 'reject' } });
    const { body } = await change({ whenAway: null, holdSeconds: 30, skipClients: ['192.0.2.0/24'] });
    const policy = {
      holdSeconds: 30,
      skipUsers: ['anna'],
      skipClients: ['192.0.2.0/24'],
      whenNotExamined: { encrypted: 'reject' },
    };
    expect(body).toMatchObject({ mailPolicy: policy, mailPolicyVersion: 2 });
    expect(body.mailPolicy).toEqual(policy);
    expect(await announced()).toEqual([{ version: 2, policy }]);
    expect(app.published.length - before).toBe(2);
  });

  it('has no new version when nothing becomes different', async () => {
    await change({ whenDetected: 'hold' });
    const { body } = await change({ whenDetected: 'hold', whenAway: null });
    expect(body).toMatchObject({ mailPolicyVersion: 1 });
  });

  it('is in the audit log under the word of policies, before and after', async () => {
    await change({ skipSenders: ['@example.org'] });
    const [entry] = (await app.call('GET', '/api/audit', { token })).body.items;
    expect(entry).toMatchObject({
      action: 'external-system.change-policy',
      target: 'mx',
      before: { mailPolicy: {}, mailPolicyVersion: 0 },
      after: { mailPolicy: { skipSenders: ['@example.org'] }, mailPolicyVersion: 1 },
    });
  });

  it.each(['security-officer', 'auditor'] as const)('is not for the role %s to choose', async (role) => {
    expect((await change({ whenAway: 'tag' }, await app.token(role))).status).toBe(403);
    expect(await announced()).toEqual([null]);
  });

  it.each([
    { whenDetected: 'discard' },
    { whenAway: 'hold' },
    { whenNotExamined: { 'too-large': 'hold' } },
    { whenNotExamined: { encrypted: 'tag' } },
    { whenNotExamined: { gone: 'reject' } },
    { holdSeconds: 481 },
    { maxMessageBytes: 10 },
    { skipClients: ['192.0.2.0/33'] },
    { skipUsers: ['two words'] },
    { skipSenders: Array(101).fill('a@example.org') },
    { whenBored: 'tag' },
    [],
  ])('cannot be %j', async (policy) => {
    expect((await change(policy)).status).toBe(400);
    expect(await announced()).toEqual([null]);
  });

  it('is beside what a clamd listener answers, which any system may have, under a version of its own', async () => {
    const fs = (await register('fs', 'other', { clamdPolicy: { names: 'clamd' } })).body;
    expect(fs).toMatchObject({ mailPolicy: null, clamdPolicy: { names: 'clamd' }, clamdPolicyVersion: 1 });
    const choose = (clamdPolicy: unknown, as = token) =>
      app.call('PATCH', `/api/external-systems/${fs.id}`, { token: as, body: { clamdPolicy } });
    await choose({ whenAway: 'error', cutLengths: [] });
    const { body } = await choose({ names: null, holdSeconds: 4, whenNotExamined: 'error' });
    const clamdPolicy = { whenAway: 'error', cutLengths: [], holdSeconds: 4, whenNotExamined: 'error' };
    expect(body.clamdPolicy).toEqual(clamdPolicy);
    await choose({ whenAway: 'error' });
    const told = await app.rows<{ clamd_policy: unknown }>(
      "SELECT clamd_policy FROM registry.certificate_entries WHERE sensor_id = 'fs'",
    );
    expect(told).toEqual([{ clamd_policy: { version: 3, policy: clamdPolicy } }]);
    const [entry] = (await app.call('GET', '/api/audit', { token })).body.items;
    expect(entry).toMatchObject({ action: 'external-system.change-policy', target: 'fs' });
    expect((await choose({ whenAway: 'block' }, await app.token('security-officer'))).status).toBe(403);
    for (const wrong of [
      { whenAway: 'pass' },
      { holdSeconds: 601 },
      { cutLengths: [0] },
      { whenBored: 'error' },
    ])
      expect((await choose(wrong)).status).toBe(400);
  });

  it('belongs to mail sensors', async () => {
    const mailPolicy = { whenAway: 'tag' };
    expect((await register('fs', 'other', { mailPolicy })).status).toBe(409);
    expect((await register('mx-2', 'mail', { mailPolicy })).body).toMatchObject({
      mailPolicy,
      mailPolicyVersion: 1,
    });
    await change({ whenAway: 'tag' });
    const body = { type: 'other' };
    const other = await app.call('PATCH', `/api/external-systems/${sensor.id}`, { token, body });
    expect(other.body).toMatchObject({ mailPolicy: null, mailPolicyVersion: null });
    expect((await change({ whenAway: 'reject' })).status).toBe(409);
  });
});
