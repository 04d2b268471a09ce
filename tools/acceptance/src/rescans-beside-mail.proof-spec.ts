import { createHash, randomBytes } from 'node:crypto';
import { chownSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMail } from '@sluice/containers/testing';
import { eicarText } from '@sluice/private-servers';
import { Operator } from './operator.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { WireClient, type ClientLine } from './wire-client.js';

const keptRows = 100_000;
/** So many of them have bytes: more than a wave comes to here. */
const keptFiles = 1200;
const longestMs = 180_000;

let system: TestSystem;
let operator: Operator;
let ledger: pg.Client;
let mail: ClientLine;
let registrationId: string;

beforeAll(async () => {
  system = await startTestSystem({
    resultsServices: 2,
    variables: { AMQP_HEARTBEAT_SECONDS: '2' },
  });
  operator = new Operator(system);
  ledger = new pg.Client({ connectionString: system.servers.ownerUrl });
  // The test kills and wipes what it talks to.
  ledger.on('error', () => undefined);
  await ledger.connect();
  const client = await WireClient.make('mail-1', 'mail');
  await client.becomeAccepted(operator, system.gatewayUrls);
  mail = client.connect(system.gatewayUrl);
  const [row] = await rows<{ id: string }>('SELECT id FROM registry.registrations');
  registrationId = row?.id ?? '';
}, longestMs);
afterAll(async () => {
  mail?.close();
  await ledger?.end().catch(() => undefined);
  await operator?.close();
  await system?.end();
}, 60_000);

async function rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await ledger.query<Row>(sql, values)).rows;
}

/** As results left it: the row, and the plain object where scanners look for it. */
async function keep(count: number, content: (index: number) => Buffer): Promise<void> {
  const root = fileURLToPath(system.servers.objectStoreUrl);
  const kept = Array.from({ length: count }, (_, index) => {
    const bytes = content(index);
    const key = randomBytes(16).toString('hex');
    const folder = path.join(root, key.slice(0, 2));
    const file = path.join(folder, key);
    writeFileSync(file, bytes, { mode: 0o640 });
    // Whoever may enter the store may read what is in it.
    if (process.getuid?.() === 0) chownSync(file, statSync(folder).uid, statSync(root).gid);
    return { key, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  await ledger.query(
    `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
       sensor_id, is_mail, state, reason, object_type, sha256, seal_at)
     SELECT k ->> 'key', (k ->> 'size')::bigint, clock_timestamp(), clock_timestamp() + interval '30 days',
       gen_random_uuid(), $2, 'mail-1', true, 'error', 'encrypted', 'file', k ->> 'sha256', NULL
     FROM jsonb_array_elements($1::jsonb) k`,
    [JSON.stringify(kept), registrationId],
  );
}

async function setRescans(isOn: boolean, inFlight = 2): Promise<void> {
  await operator.change('PATCH', '/settings', { rescanKept: isOn, rescanInFlight: inFlight });
  if (isOn) {
    // Known for longer than the minute a new set has to stay.
    await ledger.query(`UPDATE ledger.decision_sets SET first_seen_at = first_seen_at - interval '1 hour'`);
    const before = await done();
    await until(async () => (await wave())?.end_reason === null && (await done()) > before, longestMs);
    return;
  }
  await until(
    async () => (await wave())?.end_reason !== null && (await unfinishedOfWaves()) === 0,
    longestMs,
  );
}

interface Wave {
  readonly objects: number;
  readonly done: number;
  readonly detected: number;
  readonly end_reason: string | null;
}
const wave = async (): Promise<Wave | undefined> =>
  (
    await rows<Wave>(
      'SELECT objects, done, detected, end_reason FROM ledger.rescan_waves ORDER BY id DESC LIMIT 1',
    )
  )[0];
const done = async (): Promise<number> =>
  (await rows<{ done: number }>('SELECT coalesce(sum(done), 0)::integer AS done FROM ledger.rescan_waves'))[0]
    ?.done ?? 0;
const unfinishedOfWaves = async (): Promise<number> =>
  (
    await rows<{ open: number }>(
      `SELECT count(*)::integer AS open FROM ledger.scans WHERE state = 'processing' AND rescan_wave IS NOT NULL`,
    )
  )[0]?.open ?? 0;

let sent = 0;
/** From the first byte sent to the report in hand. */
async function timeOfOneMail(): Promise<number> {
  sent += 1;
  const scanId = `mail-${sent}`;
  const content = buildMail([{ name: 'a.bin', bytes: randomBytes(40_000) }], `number ${sent}`);
  const startedMs = performance.now();
  const { status } = await mail.submit({ scanId, content, objectType: 'email' });
  expect(status).toBe(200);
  expect((await mail.get(`/scans/${scanId}?wait=30`)).status).toBe(200);
  return performance.now() - startedMs;
}
const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('kept objects that are scanned again', () => {
  it('100,000 of them: mail waits no more than twice as long, and is never refused', async () => {
    await keep(keptFiles, () => randomBytes(600_000));
    await ledger.query(
      `INSERT INTO ledger.kept_objects (object_key, size_bytes, kept_at, kept_until, submission_id, registration_id,
         sensor_id, is_mail, state, reason, object_type, sha256, seal_at)
       SELECT md5(n::text), 1000, clock_timestamp(), clock_timestamp() + interval '30 days', gen_random_uuid(), $1,
         'mail-1', true, 'error', 'encrypted', 'file', md5(n::text) || md5(n::text), NULL
       FROM generate_series(1, $2::integer) n`,
      [registrationId, keptRows - keptFiles],
    );
    const times = { alone: [] as number[], beside: [] as number[] };
    for (let turn = 0; turn < 12; turn += 1) await timeOfOneMail();
    for (let turn = 0; turn < 4; turn += 1) {
      for (let left = 12; left > 0; left -= 1) times.alone.push(await timeOfOneMail());
      await setRescans(true);
      const before = await done();
      for (let left = 12; left > 0; left -= 1) times.beside.push(await timeOfOneMail());
      await until(async () => (await done()) > before, longestMs);
      await setRescans(false);
    }
    const [alone, beside] = [median(times.alone), median(times.beside)];
    console.log(
      `mail alone ${alone.toFixed(0)} ms, beside a wave ${beside.toFixed(0)} ms; ${await done()} scanned again`,
    );
    expect(beside / alone).toBeLessThanOrEqual(2);
    expect(await done()).toBeLessThan(keptFiles);
  }, 600_000);

  it('each once, though results are killed and the broker is wiped in the middle', async () => {
    await ledger.query('DELETE FROM ledger.kept_objects');
    const count = 300;
    await keep(count, (index) => Buffer.from(eicarText() + ' '.repeat(index % 50)));
    await setRescans(true, 8);
    const processOf = (name: string) => {
      const found = system.processes.find((one) => one.name === name);
      if (found === undefined) throw new Error(`no process ${name}`);
      return found;
    };
    const part = async (share: number): Promise<void> =>
      void (await until(async () => ((await wave())?.done ?? 0) >= count * share, longestMs));
    await part(0.2);
    processOf('results').kill();
    processOf('results-2').kill();
    await part(0.4);
    processOf('results').kill();
    await part(0.5);
    expect((await wave())?.end_reason).toBeNull();
    const rabbit = processOf('rabbitmq');
    rabbit.kill();
    await rabbit.stop();
    const data = path.join(system.home, 'rabbitmq', 'data');
    for (const name of readdirSync(data)) rmSync(path.join(data, name), { recursive: true, force: true });
    await rabbit.start();
    await until(async () => (await wave())?.end_reason === 'done', longestMs * 2);
    expect(await wave()).toMatchObject({ objects: count, done: count, detected: count });
    const [told] = await rows<{ alerts: number; objects: number }>(
      `SELECT count(*)::integer AS alerts, count(DISTINCT object_key)::integer AS objects FROM ledger.alerts
       WHERE rescanned IS NOT NULL`,
    );
    expect(told).toEqual({ alerts: count, objects: count });
    expect(await unfinishedOfWaves()).toBe(0);
    expect(
      await rows(
        `SELECT unfinished FROM ledger.counters WHERE scope IN ('all', 'rescans') AND unfinished <> 0`,
      ),
    ).toEqual([]);
  }, 900_000);
});
