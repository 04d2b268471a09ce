import { beforeEach, describe, expect, it } from 'vitest';
import { sightingSchema } from '@sluice/contracts';
import type { Sighting } from '@sluice/contracts';
import type { Exchange } from '../answer-requests/exchange.js';
import { FakeRegistry } from '../testing/fake-registry.js';
import { SightingReports } from './report-sightings.service.js';

let sent: Sighting[];
let registry: FakeRegistry;
let isFailing: boolean;
let leftOut: number;
let reports: SightingReports;
beforeEach(() => {
  sent = [];
  registry = new FakeRegistry();
  isFailing = false;
  leftOut = 0;
  reports = new SightingReports({
    registry,
    send: async (sighting) => {
      if (isFailing) throw new Error('broker away');
      sent.push(sightingSchema.parse(sighting));
    },
    onProblem: () => undefined,
    onFull: () => (leftOut += 1),
  });
});

interface Certificate {
  readonly subject?: string;
  readonly validFrom?: string;
  readonly validTo?: string;
}

const exchange = (
  fingerprint: string,
  certificate: Certificate | null = {},
  address = '192.0.2.1',
): Exchange =>
  ({
    connection: { fingerprint, address, tlsVersion: 'TLSv1.3', certificate },
    target: { query: new URLSearchParams() },
    request: { headers: {} },
  }) as unknown as Exchange;
const fingerprint = (n: number): string => n.toString(16).padStart(64, '0');

describe('sighting reports', () => {
  it('stand whatever a certificate says', () => {
    reports.note(exchange(fingerprint(1), null), 'a', null, 401);
    reports.note(
      exchange(fingerprint(2), { subject: 'CN=\u202e\u0000\nO=x\nCN=two', validFrom: 'never' }),
      'a',
      null,
      401,
    );
    reports.note(
      exchange(fingerprint(3), { subject: `CN=${'x'.repeat(5000)}`, validTo: 'Jan 1 00:00:00 99999 GMT' }),
      'a',
      null,
      401,
    );
    reports.note(exchange(fingerprint(4), { validFrom: 'Jan  1 00:00:00 2026 GMT' }), 'a', null, 401);
    expect(sent.map(({ claimedName }) => claimedName.slice(0, 5))).toEqual(['', '', 'xxxxx', '']);
    expect(sent.map(({ notBefore }) => notBefore)).toEqual([null, null, null, '2026-01-01T00:00:00.000Z']);
    expect(sent[2]?.claimedName).toHaveLength(64);
  });

  it('are made again when they could not be sent', async () => {
    isFailing = true;
    reports.note(exchange(fingerprint(1)), 'a', null, 401);
    await new Promise((resolve) => setImmediate(resolve));
    isFailing = false;
    reports.note(exchange(fingerprint(1)), 'a', null, 401);
    expect(sent).toHaveLength(1);
  });

  it('do not become a flood with one of certificates', () => {
    for (let n = 0; n < 1000; n += 1)
      reports.note(exchange(fingerprint(n), {}, `192.0.2.${n % 100}`), 'a', null, 401);
    expect(sent.length).toBeLessThanOrEqual(200);
  });

  it('of one address leave room for a new system at another', () => {
    for (let n = 0; n < 1000; n += 1) reports.note(exchange(fingerprint(n)), 'a', null, 401);
    expect(sent.length).toBeLessThanOrEqual(20);
    expect(sent.length + leftOut).toBe(1000);
    reports.note(exchange(fingerprint(1000), {}, '192.0.2.2'), 'new', null, 401);
    expect(sent.at(-1)).toMatchObject({ sensorId: 'new' });
  });

  it('refresh known pairs also while new requests are closed', () => {
    registry.settings.integrationRequests = 'closed';
    const entry = registry.put('a', fingerprint(1), { state: 'pending', registrationId: null });
    reports.note(exchange(fingerprint(1)), 'a', entry, 401);
    reports.note(exchange(fingerprint(2)), 'a', null, 401);
    expect(sent.map((sighting) => sighting.fingerprint)).toEqual([fingerprint(1)]);
  });
});
