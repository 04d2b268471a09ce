import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formatFingerprint } from '@sluice/contracts';
import type { ExternalSystem } from './external-system.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { fingerprintOf, sightingOf } from '../testing/sighting-of.js';
import { SightingStore } from './sighting.store.js';

describe('deciding about external systems', () => {
  let app: ConsoleUnderTest;
  let token: string;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    token = await app.token('administrator');
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows(
      'TRUNCATE registry.certificates, registry.registrations, registry.audit, registry.deleted_certificates',
    );
    app.published.length = 0;
  });

  const request = async (sensorId: string, certificate = sensorId, type: 'mail' | 'other' = 'other') => {
    const sighting = sightingOf(sensorId, { fingerprint: fingerprintOf(certificate), claimedType: type });
    await app.get(SightingStore).record([sighting]);
    return find(certificate);
  };
  const list = async (query = '') =>
    (await app.call('GET', `/api/external-systems?${query}`, { token })).body.items as ExternalSystem[];
  const find = async (certificate: string) => {
    const fingerprint = formatFingerprint(fingerprintOf(certificate));
    const found = (await list()).find((one) => one.certificateFingerprint === fingerprint);
    if (found === undefined) throw new Error(`no row of certificate ${certificate}`);
    return found;
  };
  const accept = (row: ExternalSystem, body: object = {}) =>
    app.call('POST', `/api/external-systems/${row.id}/accept`, {
      token,
      body: { certificateFingerprint: row.certificateFingerprint, type: row.type, ...body },
    });
  const reject = (row: ExternalSystem) =>
    app.call('POST', `/api/external-systems/${row.id}/reject`, { token });
  const remove = (row: ExternalSystem) => app.call('DELETE', `/api/external-systems/${row.id}`, { token });
  const revision = async () =>
    (await app.rows<{ value: number }>('SELECT value FROM registry.revision'))[0]?.value ?? 0;
  const entries = () =>
    app.rows<{ fingerprint: string; state: string; type: string; revision: number; alerts_feed: string }>(
      'SELECT * FROM registry.certificate_entries ORDER BY revision',
    );

  it('accepts what was seen, tells gateways, and notes who did it', async () => {
    const row = await request('fs-1');
    const before = await revision();
    const answer = await accept(row, { name: 'File server' });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'accepted', name: 'File server', decidedBy: 'test administrator' },
    });
    expect(await entries()).toMatchObject([{ state: 'accepted', type: 'other', revision: before + 1 }]);
    expect(app.published).toEqual([{ v: 1, revision: before + 1 }]);
    const [audit] = (await app.call('GET', '/api/audit', { token })).body.items;
    expect(audit).toMatchObject({
      actor: 'test administrator',
      actorKind: 'token',
      address: '127.0.0.1',
      action: 'external-system.accept',
      target: 'fs-1',
      before: { state: 'pending' },
      after: { state: 'accepted' },
    });
  });

  it('shows no request to gateways before it is decided', async () => {
    await request('fs-1');
    expect(await entries()).toEqual([]);
  });

  it.each([
    [
      'another certificate',
      { certificateFingerprint: formatFingerprint(fingerprintOf('x')) },
      'certificateFingerprint',
    ],
  ])('refuses %s than the row has', async (_, body, field) => {
    const answer = await accept(await request('fs-1'), body);
    expect(answer).toMatchObject({
      status: 409,
      body: { error: 'Conflict', fields: { [field]: expect.any(String) } },
    });
    expect(await entries()).toEqual([]);
  });

  it('sets the type that the operator decides, whatever the request claims', async () => {
    const answer = await accept(await request('mx', 'mx-a', 'other'), { type: 'mail' });
    expect(answer).toMatchObject({ status: 200, body: { state: 'accepted', type: 'mail', name: null } });
    expect(await entries()).toMatchObject([{ type: 'mail' }]);
    await reject(await find('mx-a'));
    expect((await accept(await find('mx-a'), { type: 'other' })).body).toMatchObject({ type: 'other' });
  });

  it('accepts once when two operators click at the same time', async () => {
    const row = await request('fs-1');
    const answers = await Promise.all(Array.from({ length: 6 }, () => accept(row)));
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(await app.rows('SELECT FROM registry.registrations')).toHaveLength(1);
    expect(await app.rows(`SELECT FROM registry.audit`)).toHaveLength(1);
  });

  it('wants to know how when the ID is in use, also when two requests are accepted at once', async () => {
    const rows = [await request('mx', 'mx-a'), await request('mx', 'mx-b')];
    const answers = await Promise.all(rows.map((row) => accept(row)));
    expect(answers.map((one) => one.status).sort()).toEqual([200, 409]);
    expect(answers.find((one) => one.status === 409)?.body.fields).toHaveProperty('mode');
  });

  it('adds a certificate to the registration of its ID', async () => {
    const first = (await accept(await request('mx', 'mx-a'), { name: 'Cluster' })).body as ExternalSystem;
    const second = await request('mx', 'mx-b');
    expect(second).toMatchObject({ idInUse: true, usedBefore: false });
    const answer = await accept(second, { mode: 'add' });
    expect(answer.body).toMatchObject({
      state: 'accepted',
      registrationId: first.registrationId,
      name: 'Cluster',
    });
    expect(await find('mx-a')).toMatchObject({ state: 'accepted' });
  });

  it('replaces the older certificates, which then cannot be accepted again', async () => {
    await accept(await request('mx', 'mx-a'));
    await accept(await request('mx', 'mx-b'), { mode: 'add' });
    expect((await accept(await request('mx', 'mx-c'), { mode: 'replace' })).status).toBe(200);
    expect([await find('mx-a'), await find('mx-b')]).toMatchObject([
      { state: 'replaced' },
      { state: 'replaced' },
    ]);
    expect((await accept(await find('mx-a'), { mode: 'add' })).status).toBe(409);
    expect((await reject(await find('mx-a'))).status).toBe(409);
  });

  it('never lets a request of another type into a registration', async () => {
    await accept(await request('mx', 'mx-a', 'mail'));
    const answer = await accept(await request('mx', 'mx-b', 'other'), { mode: 'add' });
    expect(answer).toMatchObject({
      status: 409,
      body: { fields: { type: expect.stringContaining('mail') } },
    });
  });

  it('cuts off an accepted system by rejecting it, and takes it back into its registration', async () => {
    const accepted = (await accept(await request('fs-1'))).body as ExternalSystem;
    expect((await reject(accepted)).body).toMatchObject({ state: 'rejected' });
    expect(await app.rows('SELECT FROM registry.accepted_certificates')).toEqual([]);
    const again = await accept(await find('fs-1'));
    expect(again.body).toMatchObject({ state: 'accepted', registrationId: accepted.registrationId });
  });

  it('makes no second request of a rejected pair', async () => {
    await reject(await request('fs-1'));
    await app.get(SightingStore).record([sightingOf('fs-1')]);
    expect(await list()).toMatchObject([{ state: 'rejected' }]);
  });

  it('closes the registration with its last certificate; a later system of that ID is another one', async () => {
    const first = (await accept(await request('mx', 'mx-a'))).body as ExternalSystem;
    const second = (await accept(await request('mx', 'mx-b'), { mode: 'add' })).body as ExternalSystem;
    await remove(first);
    expect(await app.rows('SELECT FROM registry.registrations WHERE closed_at IS NULL')).toHaveLength(1);
    await remove(second);
    expect(await app.rows('SELECT FROM registry.registrations WHERE closed_at IS NULL')).toHaveLength(0);
    expect(await app.rows('SELECT certificate_id FROM registry.deletions')).toHaveLength(2);
    const later = await request('mx', 'mx-a');
    expect(later).toMatchObject({ state: 'pending', idInUse: false, usedBefore: true });
    const answer = await accept(later);
    expect(answer.status).toBe(200);
    expect(answer.body.registrationId).not.toBe(first.registrationId);
  });

  it('keeps a registration to its own when all its certificates are rejected', async () => {
    const row = (await accept(await request('mx', 'mx-a'))).body as ExternalSystem;
    await reject(row);
    const other = await request('mx', 'mx-b');
    expect(other).toMatchObject({ idInUse: true });
    expect((await accept(other)).status).toBe(409);
  });

  it('tells gateways of every certificate when a registration changes', async () => {
    const first = (await accept(await request('mx', 'mx-a'))).body as ExternalSystem;
    await accept(await request('mx', 'mx-b'), { mode: 'add' });
    const body = { alertsFeed: 'all', maxUnfinishedScans: 7, name: 'New\u202e name' };
    const answer = await app.call('PATCH', `/api/external-systems/${first.id}`, { token, body });
    expect(answer.body).toMatchObject({ alertsFeed: 'all', maxUnfinishedScans: 7, name: 'New name' });
    const now = await revision();
    expect(await entries()).toMatchObject([
      { alerts_feed: 'all', revision: now },
      { alerts_feed: 'all', revision: now },
    ]);
    const cleared = await app.call('PATCH', `/api/external-systems/${first.id}`, {
      token,
      body: { maxUnfinishedScans: null },
    });
    expect(cleared.body).toMatchObject({ alertsFeed: 'all', maxUnfinishedScans: null });
  });

  it('corrects what a request claimed, and nothing that belongs to accepted ones', async () => {
    const row = await request('mx');
    const edit = (body: object) => app.call('PATCH', `/api/external-systems/${row.id}`, { token, body });
    expect((await edit({ type: 'mail' })).body).toMatchObject({ state: 'pending', type: 'mail', name: null });
    expect((await edit({ alertsFeed: 'all' })).status).toBe(409);
  });

  it('registers a pair beforehand, once', async () => {
    const body = {
      sensorId: 'dlp',
      certificateFingerprint: fingerprintOf('dlp'),
      type: 'other',
      name: 'DLP',
    };
    const post = (more: object = {}) =>
      app.call('POST', '/api/external-systems', { token, body: { ...body, ...more } });
    expect(await post()).toMatchObject({
      status: 201,
      body: { state: 'accepted', firstSeenAt: null, sensor: null },
    });
    expect((await post()).status).toBe(409);
    expect((await post({ certificateFingerprint: fingerprintOf('dlp-2') })).body.fields).toHaveProperty(
      'mode',
    );
    expect((await post({ certificateFingerprint: fingerprintOf('dlp-2'), mode: 'replace' })).status).toBe(
      201,
    );
    await app
      .get(SightingStore)
      .record([sightingOf('dlp', { fingerprint: fingerprintOf('dlp-2'), answer: 200 })]);
    expect(await find('dlp-2')).toMatchObject({
      lastAnswer: 200,
      sensor: '192.0.2.1',
      certificateSubject: 'CN=a system',
    });
    expect(await find('dlp')).toMatchObject({ state: 'replaced' });
  });

  it('hands out revisions in the order of commits', async () => {
    const rows = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => request(name)));
    await Promise.all(rows.map((row) => accept(row)));
    const revisions = (await entries()).map((one) => one.revision);
    expect(new Set(revisions).size).toBe(5);
    expect(Math.max(...revisions)).toBe(await revision());
  });

  it('lists page by page without repeating or leaving out any', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await request(name);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const more = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = (await app.call('GET', `/api/external-systems?limit=2${more}`, { token })).body;
      seen.push(...(page.items as ExternalSystem[]).map((one) => one.sensorId));
      cursor = page.nextCursor as string | null;
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it.each([
    ['cursor=bm9uc2Vuc2U', 400],
    ['limit=0', 400],
    ['state=unknown', 400],
    ['q=%25', 200],
  ])('answers ?%s with %i', async (query, status) => {
    expect((await app.call('GET', `/api/external-systems?${query}`, { token })).status).toBe(status);
  });
});
