import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Operator, rawForm, rawFormHeader, WireClient, type TestSystem } from '@sluice/tool-acceptance';
import { eicarText } from '@sluice/private-servers';
import { startFuzzedSystem } from './fuzzed-system.js';
import type { FuzzReport } from './fuzz-report.js';
import { runFuzz } from './run-fuzz.js';
import { forgeriesOf, pathsTo } from './testing/hostile-calls.js';
import { WireCallers } from './testing/wire-callers.js';

let system: TestSystem;
let operator: Operator;
let callers: WireCallers;

beforeAll(async () => {
  system = await startFuzzedSystem();
  operator = new Operator(system);
  callers = new WireCallers(system, operator);
}, 180_000);
afterAll(async () => {
  await operator?.close();
  await system?.end();
}, 60_000);

describe('what one external system has', () => {
  let [ant, bee, stranger]: WireClient[] = [];
  const unique = randomUUID();
  const owned = { filename: 'ant-secret.txt', content: `${eicarText()} ${unique}` };

  /** All that the owner can see of it. */
  const everythingOf = async (client: WireClient): Promise<string> => {
    const scans = await callers.listed(client);
    const reports = scans.map(({ scanId }) => callers.call(client, { path: `/scans/${scanId}` }));
    // Without its token: alerts are numbered over all systems, and it counts with them.
    const { detects } = JSON.parse((await callers.call(client, { path: '/detects' })).body) as {
      detects: unknown[];
    };
    const all = [scans, await Promise.all(reports), detects];
    return JSON.stringify([
      all,
      await callers.listed(client, '?sensorInstanceId=one'),
      await callers.listed(client, '?sensorInstanceId=two'),
    ]);
  };

  beforeAll(async () => {
    [ant, bee, stranger] = [
      await callers.accepted('ant'),
      await callers.accepted('bee'),
      await WireClient.make('stranger'),
    ];
    for (const sensorInstanceId of ['one', 'two'])
      for (const [client, prefix] of [
        [ant, 'ant'],
        [bee, 'bee'],
      ] as const) {
        const content = prefix === 'ant' ? owned : { filename: 'bee.txt', content: `${unique} of the bee` };
        const fields = [{ scanId: 'shared' }, { scanId: `${prefix}-${sensorInstanceId}` }];
        for (const one of fields)
          await callers.submit(client!, { ...content, fields: { ...one, sensorInstanceId } });
      }
    await Promise.all([callers.finished(ant!), callers.finished(bee!)]);
  }, 120_000);

  it('is not told to another by any verb, path, instance or forged header, not even that it exists', async () => {
    const before = await everythingOf(ant!);
    expect(before).toContain('ant-secret.txt');
    const [real, none] = [pathsTo('ant-one'), pathsTo('none-at-all')];
    for (const [index, path] of real.entries()) {
      const answer = await callers.call(bee!, path);
      expect(answer).toEqual(await callers.call(bee!, none[index]!));
      expect(answer.body).not.toMatch(/ant|detect"/);
    }
    for (const header of forgeriesOf(ant!)) {
      expect(await callers.call(bee!, { path: '/scans/ant-one', headers: [header] })).toMatchObject({
        status: 404,
      });
      expect((await callers.call(bee!, { path: '/scans/state', headers: [header] })).body).not.toMatch(
        /ant-|detect"/,
      );
    }
    expect(await everythingOf(ant!)).toBe(before);
  }, 60_000);

  it('is refused to its certificate under another name, to its name with another certificate, and to strangers, all alike', async () => {
    const before = await everythingOf(ant!);
    const posts = ['ant-one', 'none-at-all'].map((scanId) => ({
      method: 'POST',
      path: '/scans',
      headers: [rawFormHeader],
      body: rawForm({ ...owned, fields: { scanId } }),
    }));
    const calls = [...posts, ...pathsTo('ant-one'), { path: '/scans', method: 'DELETE' }];
    const bodies = new Set<string>();
    for (const [client, sensorId] of [
      [bee, 'ant'],
      [stranger, 'ant'],
      [ant, 'bee'],
      [stranger, 'bee'],
      [bee, 'ANT'],
      [bee, 'an%74'],
    ] as const)
      for (const one of calls) {
        const { status, body } = await callers.call(client!, { ...one, sensorId });
        expect([sensorId, one.path, status]).toEqual([sensorId, one.path, 401]);
        bodies.add(body);
      }
    expect(bodies.size).toBe(1);
    expect(await everythingOf(ant!)).toBe(before);
  }, 60_000);

  it('stays when another submits its ids and bytes, and deletes everything', async () => {
    const before = await everythingOf(ant!);
    expect(
      await callers.submit(bee!, { ...owned, fields: { scanId: 'ant-one', sensorInstanceId: 'one' } }),
    ).toMatchObject({ status: 200, body: 'OK' });
    await callers.finished(bee!);
    expect(await callers.call(bee!, { path: '/scans?sensorInstanceId=one', method: 'DELETE' })).toMatchObject(
      {
        status: 200,
      },
    );
    // One instance's only: the other one's are still there.
    expect((await callers.listed(bee!)).map(({ scanId }) => scanId)).toEqual(['shared', 'bee-two']);
    expect(await callers.call(bee!, { path: '/scans', method: 'DELETE' })).toMatchObject({ status: 200 });
    expect(await callers.listed(bee!)).toEqual([]);
    expect(await everythingOf(ant!)).toBe(before);
  }, 60_000);

  it.each([
    ['version 1', Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n')],
    ['version 2', Buffer.from('0d0a0d0a000d0a515549540a2111000c0a0000010a00000200010002', 'hex')],
  ])('is no one’s by PROXY protocol %s, which no balancer was configured for', async (_, header) => {
    const { hostname, port } = new URL(system.gatewayUrl);
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(header));
    socket.on('error', () => undefined);
    socket.resume();
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  });
});

describe('hostile strings', () => {
  let cat: WireClient;
  beforeAll(async () => void (cat = await callers.accepted('cat')), 60_000);

  it('as scanIds are ids like any other, where the alphabet allows them', async () => {
    const ids = [
      '-',
      '_',
      '-rf',
      '--',
      'a..',
      'a.',
      '0',
      '000',
      '1e5',
      'NaN',
      'null',
      'undefined',
      'State',
      'FILTERS',
      'states',
      '__proto__',
      'constructor',
      'toString',
      'CON',
      'x'.repeat(128),
      '_.-',
    ];
    for (const scanId of ids)
      expect(await callers.submit(cat, { filename: 'a', content: scanId, fields: { scanId } })).toMatchObject(
        {
          status: 200,
        },
      );
    await callers.finished(cat);
    expect((await callers.listed(cat)).map(({ scanId }) => scanId)).toEqual(ids);
    for (const id of ids) {
      expect(JSON.parse((await callers.call(cat, { path: `/scans/${id}` })).body)).toMatchObject({
        scanId: id,
      });
      expect(await callers.call(cat, { path: `/scans/${id}`, method: 'DELETE' })).toMatchObject({
        status: 200,
      });
    }
    expect(await callers.listed(cat)).toEqual([]);
  }, 60_000);

  it('as names reach reports, alerts and operators cleaned; beyond a part’s headers they are refused', async () => {
    const names: [Buffer | string, RegExp][] = [
      ['nul\0name', /^nul name$/],
      [Buffer.from('lone \xed\xa0\x80 surrogate', 'latin1'), /^lone .* surrogate$/],
      ['bidi \u202egnp.exe', /^bidi .*gnp\.exe$/],
      ['../../etc/passwd', /^passwd$/],
      ['C:\\windows\\system.ini', /^system\.ini$/],
      ['n'.repeat(15_000), /^n{1024}$/],
      ['\x1b[31mred\x07', /^\[31mred$/],
      [`{{constructor}}<script>'; DROP TABLE x --`, /DROP TABLE/],
    ];
    for (const [index, [filename]] of names.entries()) {
      const fields = { scanId: `name-${index}` };
      expect(
        await callers.submit(cat, { filename, content: `${eicarText()} ${index} ${randomUUID()}`, fields }),
      ).toMatchObject({ status: 200 });
    }
    await callers.finished(cat);
    for (const [index, [, expected]] of names.entries()) {
      const report = JSON.parse((await callers.call(cat, { path: `/scans/name-${index}` })).body) as {
        state: string;
        object: { name: string };
      };
      expect([report.state, report.object.name]).toEqual(['detect', expect.stringMatching(expected)]);
      expect(report.object.name).toBe(report.object.name.toWellFormed());
    }
    const { detects } = JSON.parse((await callers.call(cat, { path: '/detects' })).body) as {
      detects: unknown[];
    };
    expect(detects).toHaveLength(names.length);
    expect(
      await callers.submit(cat, {
        filename: 'n'.repeat(64 * 1024),
        content: 'x',
        fields: { scanId: 'long' },
      }),
    ).toMatchObject({ status: 400 });
  }, 60_000);

  it('in one of 64 submissions at once harm none of the others', async () => {
    const dog = await callers.accepted('dog');
    const all = Array.from({ length: 64 }, (_, index) => ({
      filename: index === 17 ? Buffer.from('\0\xed\xb0\x80\xff', 'latin1') : `file ${index}`,
      content: index === 17 ? '' : `${index} ${randomUUID()}`,
      fields: {
        scanId: index === 17 ? '_.-' : `dog-${index}`,
        ...(index === 17 ? { mailFrom: '\0', rcptTo: '\ud800' } : {}),
      },
    }));
    // One more, which the contract refuses.
    const answers = await Promise.all([
      ...all.map((form) => callers.submit(dog, form)),
      callers.submit(dog, { ...all[0]!, fields: { scanId: '\0' } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...all.map(() => 200), 400]);
    await callers.finished(dog);
    const states = await callers.listed(dog);
    expect(states).toHaveLength(64);
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['not detected']));
  }, 60_000);
});

describe('malformed requests, floods and garbage', () => {
  let report: FuzzReport;
  // The fixed subset; `npm run fuzz` sends 20,000 and others each time.
  beforeAll(async () => {
    report = await runFuzz(
      { seed: 1, requests: 1000, rounds: 2, log: () => undefined },
      { system, operator },
    );
  }, 600_000);

  it('are answered as the contract says, leave nothing behind, and disturb nobody', () =>
    expect(report.violations).toEqual([]));
  it('came in every kind, and from as many connections as they should', () => {
    expect(report.rows.length).toBeGreaterThan(30);
    expect(report.rows.reduce((sum, { sent }) => sum + sent, 0)).toBe(2 * 1000 + 2312);
  });
  it('let a good client submit all the time', () => expect(report.service.submitted).toBeGreaterThan(20));
});
