import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  ExternalSystem,
  Health,
  LoadStatistics,
  Statistics,
  SystemStatistics,
  TopSystems,
} from '@sluice/console-api';
import { defaultSettings, jobPriorities, type SystemType } from '@sluice/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { HealthService } from '../health/health.service.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { insertInstance } from '../testing/insert-instance.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const outcomes = ['detect', 'not detected', 'not detected', 'timeout', 'error', null] as const;

interface System {
  readonly sensorId: string;
  readonly fingerprint: string;
  readonly registrationId: string;
}

async function addSystem(app: ConsoleUnderTest, sensorId: string, type: SystemType): Promise<System> {
  const system = { sensorId, fingerprint: sha256(sensorId), registrationId: randomUUID() };
  await app.rows(`INSERT INTO registry.registrations (id, sensor_id, type, name) VALUES ($1, $2, $3, $4)`, [
    system.registrationId,
    sensorId,
    type,
    `name of ${sensorId}`,
  ]);
  await app.rows(
    `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, revision)
     VALUES ($1, $2, $3, 'accepted', $4, $5, 1)`,
    [randomUUID(), sensorId, system.fingerprint, system.registrationId, type],
  );
  return system;
}

/** Through the ledger's own functions, so that its counters are those of real scans. A sixth stays unfinished. */
async function scan(app: ConsoleUnderTest, system: System, amount: number): Promise<void> {
  const items = Array.from({ length: amount }, (_, index) => ({
    ...system,
    submissionId: randomUUID(),
    scanId: `${system.sensorId} ${index}`,
    instance: '',
    objectKey: randomUUID(),
    sizeBytes: 100,
    sha256: sha256(String(index)),
    objectType: 'file',
    objectName: `${index}.bin`,
    rcptTo: [],
    sourceAddress: '192.0.2.1',
    hasMailQueue: true,
    takesDone: true,
    onlyIfKnown: false,
  }));
  await app.rows('SELECT * FROM ledger.accept($1, $2, $3)', [
    JSON.stringify(items),
    JSON.stringify(defaultSettings),
    JSON.stringify(jobPriorities),
  ]);
  // As if each had taken another time, up to 12 s.
  await app.rows(
    `UPDATE ledger.scans SET accepted_at = accepted_at - seq * interval '97 ms' WHERE registration_id = $1`,
    [system.registrationId],
  );
  const verdicts = items.flatMap((item, index) => {
    const outcome = outcomes[index % outcomes.length];
    const detections =
      outcome === 'detect' ? [{ engine: 'clamav', technology: 'am', name: 'Test', path: [] }] : [];
    if (outcome === null) return [];
    return {
      submissionId: item.submissionId,
      sha256: item.sha256,
      outcome,
      reason: outcome === 'error' ? 'damaged' : null,
      detections,
      detectionsTotal: detections.length,
      engines: [],
      importance: 'high',
      technologies: ['am'],
      databaseVersion: 202611210000,
      isProven: true,
      startedAt: new Date().toISOString(),
    };
  });
  await app.rows('SELECT * FROM ledger.record_verdicts($1, $2)', [
    JSON.stringify(verdicts),
    JSON.stringify(defaultSettings),
  ]);
}

const states = `
  count(*)::integer AS accepted, (count(*) FILTER (WHERE state = 'detect'))::integer AS detect,
  (count(*) FILTER (WHERE state = 'not detected'))::integer AS "notDetected",
  (count(*) FILTER (WHERE state = 'timeout'))::integer AS timeout,
  (count(*) FILTER (WHERE state = 'error'))::integer AS error`;

describe('numbers of the dashboard, against a recount of the scans', () => {
  let app: ConsoleUnderTest;
  const get = async <Body>(path: string): Promise<Body> => {
    const { status, body } = await app.call('GET', path, { token: await app.token('auditor') });
    expect([path, status]).toEqual([path, 200]);
    return body as Body;
  };

  beforeAll(async () => {
    app = await ConsoleUnderTest.start();
    await insertInstance(app, { service: 'results' });
    await insertInstance(app, { instance: 'one', busySlots: 3, slots: 4 });
    await insertInstance(app, { instance: 'other', busySlots: 0, slots: 6 });
    for (const [name, type, amount] of [
      ['mx-1', 'mail', 40],
      ['mx-2', 'mail', 7],
      ['fs-1', 'other', 60],
    ] as const)
      await scan(app, await addSystem(app, name, type), amount);
    await app.get(HealthService).watch();
    await app.get(HealthService).watch();
  });
  afterAll(() => app.stop());

  it('tiles: scans, detections, not examined of the range', async () => {
    const { totals } = await get<Statistics>('/api/statistics');
    const recount = await app.rows(
      `SELECT CASE WHEN is_mail THEN 'mail' ELSE 'other' END AS type, ${states} FROM ledger.scans GROUP BY 1 ORDER BY 1`,
    );
    expect(recount).toHaveLength(2);
    expect(totals.map(({ p50Ms: _p50, p95Ms: _p95, ...counts }) => counts)).toEqual(recount);
  });

  it('time to verdict, within the 8 % of a bucket', async () => {
    const { totals } = await get<Statistics>('/api/statistics');
    const recount = await app.rows<{ p50: number; p95: number }>(
      `SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50, percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS p95
       FROM (SELECT is_mail, (extract(epoch FROM finished_at - accepted_at) * 1000)::float8 AS ms FROM ledger.scans
             WHERE finished_at IS NOT NULL) t GROUP BY is_mail ORDER BY is_mail DESC`,
    );
    const shares = totals.flatMap((one, index) => [
      (one.p50Ms ?? 0) / (recount[index]?.p50 ?? 0),
      (one.p95Ms ?? 0) / (recount[index]?.p95 ?? 0),
    ]);
    expect(shares).toHaveLength(4);
    for (const share of shares) expect(Math.abs(share - 1)).toBeLessThan(0.08);
  });

  it('charts of traffic: their steps add up to the tiles', async () => {
    for (const stepSeconds of [60, 900, 7200]) {
      const { series, totals } = await get<Statistics>(`/api/statistics?stepSeconds=${stepSeconds}`);
      const sums = totals.map(({ type }) => {
        const own = series.filter((one) => one.type === type);
        const sum = (value: (one: (typeof own)[number]) => number) =>
          own.reduce((all, one) => all + value(one), 0);
        return [
          type,
          sum((one) => one.accepted),
          sum((one) => one.detect),
          sum((one) => one.timeout + one.error),
        ];
      });
      expect(sums).toEqual(
        totals.map((one) => [one.type, one.accepted, one.detect, one.timeout + one.error]),
      );
    }
  });

  it('unfinished, by priority, now and in the chart', async () => {
    const recount = await app.rows<{ priority: number; unfinished: number }>(
      `SELECT priority, count(*)::integer AS unfinished FROM ledger.scans WHERE state = 'processing'
       GROUP BY priority ORDER BY priority DESC`,
    );
    expect(recount).toHaveLength(2);
    const { queues } = await get<Health>('/api/health');
    const now = queues
      .filter((one) => one.unfinished > 0)
      .map(({ priority, unfinished }) => ({ priority, unfinished }));
    expect(now.sort((one, other) => other.priority - one.priority)).toEqual(recount);
    const { series } = await get<LoadStatistics>('/api/statistics/load?stepSeconds=7200');
    expect(series).toHaveLength(1);
    expect(series[0]?.waiting.map(({ priority, unfinished }) => ({ priority, unfinished }))).toEqual(recount);
    const oldest = await app.rows<{ seconds: number }>(
      `SELECT extract(epoch FROM now() - min(accepted_at))::float8 AS seconds FROM ledger.scans WHERE state = 'processing'`,
    );
    const shown = Math.max(...(series[0]?.waiting ?? []).map((one) => one.oldestSeconds));
    expect(shown).toBeGreaterThan(0);
    expect(shown).toBeLessThanOrEqual(Math.round(oldest[0]?.seconds ?? 0));
  });

  it('utilisation: busy slots of all that work, however often it was looked', async () => {
    const { series } = await get<LoadStatistics>('/api/statistics/load?stepSeconds=7200');
    expect(series.map((one) => one.busyShare)).toEqual([3 / 10]);
  });

  it('top systems', async () => {
    const { items, isMore } = await get<TopSystems>('/api/statistics/systems');
    const recount = await app.rows(
      `SELECT sensor_id AS "sensorId", count(*)::integer AS accepted,
         (count(*) FILTER (WHERE state = 'detect'))::integer AS detect,
         (count(*) FILTER (WHERE state IN ('timeout', 'error')))::integer AS "notExamined"
       FROM ledger.scans GROUP BY 1 ORDER BY 2 DESC`,
    );
    expect(recount).toHaveLength(3);
    expect(
      items.map(({ sensorId, accepted, detect, notExamined }) => ({
        sensorId,
        accepted,
        detect,
        notExamined,
      })),
    ).toEqual(recount);
    expect([isMore, items.map((one) => one.systemName)]).toEqual([false, ['name of fs-1', null, null]]);
  });

  it('what a tile leads to: the scans it counted', async () => {
    const { from, until, totals } = await get<Statistics>('/api/statistics');
    const length = async (query: string): Promise<number> =>
      (await get<{ items: unknown[] }>(`/api/scans?limit=500&${query}`)).items.length;
    const sum = (value: (one: (typeof totals)[number]) => number) =>
      totals.reduce((all, one) => all + value(one), 0);
    const finished = `finishedFrom=${from}&finishedUntil=${until}`;
    expect(await length(`from=${from}&until=${until}`)).toBe(sum((one) => one.accepted));
    expect(await length(`state=detect&${finished}`)).toBe(sum((one) => one.detect));
    expect(await length(`state=not%20examined&${finished}`)).toBe(sum((one) => one.timeout + one.error));
  });

  // Last: its scans would be in the numbers of the others.
  it('one system, hour by hour', async () => {
    await scan(app, await addSystem(app, 'fs-2', 'other'), 30);
    await app.rows(
      `UPDATE ledger.scans SET accepted_at = accepted_at - (seq % 3) * interval '200 minutes' WHERE sensor_id = 'fs-2'`,
    );
    const { items } = await get<{ items: ExternalSystem[] }>('/api/external-systems');
    const id = items.find(({ sensorId }) => sensorId === 'fs-2')?.id ?? '';
    const { from, series, stepSeconds, accepted, detect } = await get<SystemStatistics>(
      `/api/external-systems/${id}/statistics`,
    );
    const rows = await app.rows<{ at: Date; state: string }>(
      `SELECT accepted_at AS at, state FROM ledger.scans WHERE sensor_id = 'fs-2'`,
    );
    const recount = series.map(({ at }) => {
      const own = rows.filter((row) => {
        const afterMs = row.at.getTime() - Date.parse(at);
        return afterMs >= 0 && afterMs < stepSeconds * 1000;
      });
      const of = (...states: string[]) => own.filter(({ state }) => states.includes(state)).length;
      return { at, accepted: own.length, detect: of('detect'), notExamined: of('timeout', 'error') };
    });
    expect([series.length, stepSeconds, series[0]?.at]).toEqual([24, 3600, from]);
    expect(series).toEqual(recount);
    expect(series.filter((one) => one.accepted > 0)).toHaveLength(3);
    expect([accepted, detect]).toEqual([30, series.reduce((sum, one) => sum + one.detect, 0)]);
  });
});
