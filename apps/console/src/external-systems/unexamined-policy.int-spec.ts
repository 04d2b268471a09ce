import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completePolicy, formatFingerprint } from '@sluice/contracts';
import type { ExternalSystem } from './external-system.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { fingerprintOf } from '../testing/sighting-of.js';

describe('what a system gets for objects that could not be examined', () => {
  let app: ConsoleUnderTest;
  let token: string;
  let system: ExternalSystem;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows(
      'TRUNCATE registry.certificates, registry.registrations, registry.audit, registry.deleted_certificates',
    );
    const pair = { sensorId: 'fs', certificateFingerprint: formatFingerprint(fingerprintOf('fs')) };
    system = (await app.call('POST', '/api/external-systems', { token, body: { ...pair, type: 'other' } }))
      .body;
  });

  const change = (unexaminedPolicy: unknown, as = token) =>
    app.call('PATCH', `/api/external-systems/${system.id}`, { token: as, body: { unexaminedPolicy } });
  const stored = () => app.rows('SELECT policy, version FROM registry.unexamined_policies');

  it('is an error for every reason until an administrator chooses', async () => {
    expect(system).toMatchObject({ unexaminedPolicy: completePolicy({}), unexaminedPolicyVersion: 0 });
    expect(await stored()).toEqual([]);
  });

  it('changes for the reasons named and keeps the others, each time under a new version', async () => {
    expect(await change({ encrypted: 'detect', damaged: 'not detected' })).toMatchObject({ status: 200 });
    const { body } = await change({ damaged: 'error', 'too-large': 'not detected' });
    expect(body).toMatchObject({
      unexaminedPolicy: completePolicy({ encrypted: 'detect', 'too-large': 'not detected' }),
      unexaminedPolicyVersion: 2,
    });
    expect(await stored()).toEqual([
      { policy: { encrypted: 'detect', 'too-large': 'not detected' }, version: 2 },
    ]);
  });

  it('has no new version when nothing becomes different', async () => {
    await change({ encrypted: 'detect' });
    const { body } = await change({ encrypted: 'detect', ambiguous: 'error' });
    expect(body).toMatchObject({ unexaminedPolicyVersion: 1 });
  });

  it('is in the audit log under a word of its own, before and after', async () => {
    await change({ encrypted: 'not detected' });
    const [entry] = (await app.call('GET', '/api/audit', { token })).body.items;
    expect(entry).toMatchObject({
      actor: 'test administrator',
      action: 'external-system.change-policy',
      target: 'fs',
      before: { unexaminedPolicy: { encrypted: 'error' }, unexaminedPolicyVersion: 0 },
      after: { unexaminedPolicy: { encrypted: 'not detected' }, unexaminedPolicyVersion: 1 },
    });
  });

  it.each(['security-officer', 'auditor'] as const)('is not for the role %s to choose', async (role) => {
    expect((await change({ encrypted: 'not detected' }, await app.token(role))).status).toBe(403);
    expect(await stored()).toEqual([]);
  });

  it.each([
    { 'engine-failed': 'not detected' },
    { 'engine-timeout': 'not detected' },
    { 'test-signatures': 'detect' },
    { encrypted: 'clean' },
    { encrypted: null },
    'not detected',
    [],
  ])('cannot be %j', async (policy) => {
    expect((await change(policy)).status).toBe(400);
    expect(await stored()).toEqual([]);
  });

  it('belongs to a system that is accepted', async () => {
    await app.call('POST', `/api/external-systems/${system.id}/reject`, { token, body: {} });
    const other = await app.call('GET', `/api/external-systems/${system.id}`, { token });
    expect(other.body).toMatchObject({ state: 'rejected', unexaminedPolicy: completePolicy({}) });
  });
});
