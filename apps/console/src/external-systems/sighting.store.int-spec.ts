import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Sighting } from '@sluice/contracts';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { fingerprintOf, sightingOf } from '../testing/sighting-of.js';
import { SightingStore } from './sighting.store.js';
import { SightingsConsumer } from './sightings.consumer.js';

describe('taking sightings', () => {
  let app: ConsoleUnderTest;

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    await app.rows('TRUNCATE registry.certificates, registry.registrations, registry.settings');
  });

  const record = (...sightings: Sighting[]) => app.get(SightingStore).record(sightings);
  const pending = async () =>
    (
      await app.rows<{ sensor_id: string }>(
        `SELECT sensor_id FROM registry.certificates WHERE state = 'pending' ORDER BY created_at, id`,
      )
    ).map((row) => row.sensor_id);
  const set = (values: Record<string, unknown>) =>
    app.rows(
      `INSERT INTO registry.settings (key, value, revision, updated_by)
       SELECT key, value, 1, 'test' FROM jsonb_each($1)`,
      [JSON.stringify(values)],
    );
  const row = async () => (await app.rows<Record<string, unknown>>('SELECT * FROM registry.certificates'))[0];

  it('makes one row of an unknown pair, however often and however many at once it calls', async () => {
    const calls = Array.from({ length: 8 }, () => sightingOf('fs-1'));
    await Promise.all(calls.map((one) => record(one, one)));
    expect(await pending()).toEqual(['fs-1']);
  });

  it('keeps type and name of the call that made the row', async () => {
    await record(sightingOf('fs-1', { claimedName: 'first' }));
    await record(sightingOf('fs-1', { claimedName: 'second', claimedType: 'mail' }));
    expect(await row()).toMatchObject({ claimed_name: 'first', claimed_type: 'other' });
  });

  it('writes last seen at most once a minute', async () => {
    await record(sightingOf('fs-1'));
    await record(sightingOf('fs-1', { address: '192.0.2.9' }));
    expect(await row()).toMatchObject({ last_address: '192.0.2.1' });
    await app.rows(`UPDATE registry.certificates SET last_seen_at = now() - interval '61 seconds'`);
    await record(sightingOf('fs-1', { address: '192.0.2.9' }));
    expect(await row()).toMatchObject({ last_address: '192.0.2.9', first_address: '192.0.2.1' });
  });

  it('makes no row of a call that was not refused', async () => {
    await record(sightingOf('fs-1', { answer: 200 }));
    expect(await pending()).toEqual([]);
  });

  it('keeps no more of one address than allowed, and an IPv6 network counts as one', async () => {
    await set({ maxPendingRequestsPerAddress: 2 });
    await record(...['a', 'b', 'c'].map((name) => sightingOf(name)));
    await record(
      ...['d', 'e', 'f'].map((name, host) => sightingOf(name, { address: `2001:db8::${host + 1}` })),
    );
    await record(
      sightingOf('g', { address: '::ffff:192.0.2.1' }),
      sightingOf('h', { address: '2001:db8:0:1::1' }),
    );
    expect(await pending()).toEqual(['a', 'b', 'd', 'e', 'h']);
  });

  it('lets the address with the most lose its oldest when all are used', async () => {
    await set({ maxPendingRequests: 4 });
    await record(sightingOf('a', { address: '192.0.2.5' }));
    await record(...['b', 'c', 'd'].map((name) => sightingOf(name)));
    await record(sightingOf('e', { address: '192.0.2.6' }));
    expect(await pending()).toEqual(['a', 'c', 'd', 'e']);
  });

  it('forgets requests that did not call for a while', async () => {
    await record(sightingOf('old'), sightingOf('new'));
    await app.rows(
      `UPDATE registry.certificates SET last_seen_at = now() - interval '25 hours' WHERE sensor_id = 'old'`,
    );
    await record(sightingOf('another'));
    expect(await pending()).toEqual(['new', 'another']);
  });

  it('makes no rows while integration requests are closed', async () => {
    await set({ integrationRequests: 'closed' });
    await record(sightingOf('fs-1'));
    expect(await pending()).toEqual([]);
  });

  it.each([
    ['an ID that is none', { sensorId: '../x' }],
    ['an address that is none', { address: 'localhost' }],
  ])('makes no row of %s', async (_, overrides) => {
    await record(sightingOf('fs-1', overrides));
    expect(await pending()).toEqual([]);
  });

  it('cleans what a caller claims', async () => {
    await record(sightingOf('fs-1', { claimedName: 'a\u0000b\u202ec', subject: 'CN=\u0007x' }));
    expect(await row()).toMatchObject({ claimed_name: 'a bc', subject: 'CN= x' });
  });

  it('keeps one caller from costing the others of its batch their requests', async () => {
    const consumer = app.get(SightingsConsumer);
    const bad = sightingOf('bad', { notBefore: '0000-01-01T00:00:00Z' });
    const outcomes = await Promise.all(
      [sightingOf('a'), bad, sightingOf('b')].map((content) => consumer.take({ content })),
    );
    expect(outcomes).toEqual(['ack', 'ack', 'ack']);
    expect(await pending()).toEqual(['a', 'b']);
  });

  it('takes nothing that is no sighting', async () => {
    const consumer = app.get(SightingsConsumer);
    expect(await consumer.take({ content: { v: 2 } })).toBe('dead-letter');
    expect(
      await consumer.take({ content: { ...sightingOf('a'), fingerprint: fingerprintOf('a').toUpperCase() } }),
    ).toBe('dead-letter');
  });

  it('stays within the bound when many call at once', async () => {
    await set({ maxPendingRequests: 10, maxPendingRequestsPerAddress: 3 });
    // Twice as many as may stay; with many more, a slow machine's last one would wait too long for a connection.
    const many = Array.from({ length: 24 }, (_, index) =>
      sightingOf(`s-${index}`, { address: `192.0.2.${index % 6}` }),
    );
    await Promise.all(many.map((one) => record(one)));
    expect(await pending()).toHaveLength(10);
  });
});
