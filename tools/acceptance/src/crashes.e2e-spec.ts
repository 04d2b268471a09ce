import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText } from '@sluice/private-servers';
import { whyNoTrace } from '@sluice/tool-launcher';
import { Operator } from './operator.js';
import { Sensor } from './sensor.js';
import { StoredFiles } from './stored-files.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';
import { traceCalls, whyNoTracing, type TracedCall } from './trace-calls.js';
import { WireClient } from './wire-client.js';

let folder: string;
let system: TestSystem;
let operator: Operator;
let sensor: Sensor;
let files: StoredFiles;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-client-'));
  system = await startTestSystem({ scanners: 2, variables: { AMQP_HEARTBEAT_SECONDS: '5' } });
  operator = new Operator(system);
  files = new StoredFiles(system);
  sensor = await Sensor.accepted(system, operator, { folder, id: 'crash-test' });
});

afterAll(async () => {
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
});

const kill = (name: string) => {
  const process = system.processes.find((one) => one.name === name);
  if (process === undefined) throw new Error(`no process ${name}`);
  process.kill();
};

/** Submits until it is answered OK, as a client should: 503, 429 and broken connections are repeated with the same id. */
async function submitUntilAccepted(content: Buffer, scanId: string): Promise<void> {
  const name = path.join(folder, scanId);
  await writeFile(name, content);
  await until(async () => (await sensor.submit(name, scanId)).status === 200, 90_000);
}

/** Each object is its own: half of them infected. */
async function submitBatch(prefix: string, count: number): Promise<Map<string, string>> {
  const expected = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const isInfected = index % 2 === 0;
    const scanId = `${prefix}-${index}`;
    const padding = ` ${randomBytes(8).toString('hex')}`;
    // EICAR counts only at the beginning of a file; the rest makes the bytes unique.
    await submitUntilAccepted(Buffer.from(isInfected ? `${eicarText()}${padding}` : padding), scanId);
    expected.set(scanId, isInfected ? 'detect' : 'not detected');
  }
  return expected;
}

/**
 * What was recorded while its answer to the gateway was lost has no job until the search for lost scans knows that it can be
 * in no queue any more: longest scan, three heartbeats, margins.
 */
const longestUntilFoundMs = 300_000;

async function expectVerdicts(expected: Map<string, string>): Promise<void> {
  await until(async () => {
    const states = await sensor.states().catch(() => []);
    const found = new Map(states.map((one) => [one.scanId, one.state]));
    return [...expected].every(([id]) => (found.get(id) ?? 'processing') !== 'processing');
  }, longestUntilFoundMs);
  const states = new Map((await sensor.states()).map((one) => [one.scanId, one.state]));
  for (const [scanId, state] of expected) expect([scanId, states.get(scanId)]).toEqual([scanId, state]);
}

const tracedCalls = [
  ...['fsync', 'fdatasync', 'rename', 'renameat', 'renameat2', 'write', 'writev', 'sendto', 'sendmsg'],
];

describe('an object', () => {
  it('lies in the store, file and folder flushed, before results is asked and the caller is told', async () => {
    const problem = whyNoTrace() ?? whyNoTracing();
    if (problem !== null) return console.warn(`NOT PROVED HERE: ${problem}`);
    const gateway = system.processes.find((one) => one.name === 'gateway');
    const brokerPort = new URL(system.servers.amqpUrls.gateway).port;
    const callerPort = new URL(system.gatewayUrl).port;
    await writeFile(path.join(folder, 'traced'), randomBytes(100_000));
    const trace = await traceCalls(
      {
        pid: gateway?.pid ?? 0,
        calls: tracedCalls,
        file: path.join(folder, 'trace'),
      },
      async () => expect((await sensor.submit(path.join(folder, 'traced'), 'traced')).status).toBe(200),
    );
    const first = (isIt: (call: TracedCall) => boolean): TracedCall => {
      const found = trace.find(isIt);
      if (found === undefined) throw new Error(`not seen: ${String(isIt)}`);
      return found;
    };
    const rename = first(({ name, text }) => name.startsWith('rename') && text.includes('/objects/'));
    const key = /[0-9a-f]{32}(?=")/.exec(rename.text)?.[0] ?? 'no key';
    const shard = `/objects/${key.slice(0, 2)}`;
    const fileFlush = first(({ name, text }) => /sync$/.test(name) && text.includes(key));
    const folderFlush = first(({ name, text }) => /sync$/.test(name) && text.includes(`${shard}>`));
    const asked = first(
      ({ text }) => text.includes(`:${brokerPort}]`) && text.includes('ledger.gateway.accept'),
    );
    const toCaller = trace.filter(
      ({ name, text }) => /^(write|send)/.test(name) && text.includes(`:${callerPort}->`),
    );
    expect(fileFlush.done).toBeLessThan(rename.begun);
    expect(rename.done).toBeLessThan(folderFlush.begun);
    expect(folderFlush.done).toBeLessThan(asked.begun);
    // From the first byte stored until results was asked the caller hears nothing; the last thing it hears is the answer.
    expect(toCaller.filter(({ begun }) => begun > fileFlush.begun && begun < asked.done)).toEqual([]);
    expect(toCaller.at(-1)?.begun).toBeGreaterThan(asked.done);
    return undefined;
  });
});

/** Detections of objects that shared a file. */
let together = 0;

describe('objects that share a file', () => {
  const objects = 24;

  /** All at once, each over a connection of its own, half of them infected. */
  async function submitTogether(wire: WireClient, round: number): Promise<Map<string, string>> {
    const expected = new Map<string, string>();
    await Promise.all(
      Array.from({ length: objects }, async (_, index) => {
        const [line, scanId] = [wire.connect(system.gatewayUrl), `${wire.id}-${round}-${index}`];
        expected.set(scanId, index % 2 === 0 ? 'detect' : 'not detected');
        const start = index % 2 === 0 ? eicarText() : '';
        const content = Buffer.from(`${start} ${randomBytes(8).toString('hex')}`);
        // A busy gateway may ask to come back.
        const status = await until(async () => {
          const answer = await line.submit({ scanId, content });
          return answer.status !== 503 && answer.status;
        });
        expect(status).toBe(200);
        line.close();
      }),
    );
    together += objects / 2;
    return expected;
  }
  const statesOf = async (wire: WireClient): Promise<Map<string, string>> => {
    const line = wire.connect(system.gatewayUrl);
    const { body } = await line.get('/scans/state');
    line.close();
    const { scans } = JSON.parse(body) as { scans: { scanId: string; state: string }[] };
    return new Map(scans.map(({ scanId, state }) => [scanId, state]));
  };

  it('lie in it, file and folder flushed, before results is asked for any of them, and have their own verdicts', async () => {
    const wire = await (await WireClient.make('together')).becomeAccepted(operator, [system.gatewayUrl]);
    let expected = new Map<string, string>();
    let round = 0;
    const untilShared = async (): Promise<void> => {
      const before = await files.sharedScans();
      await until(async () => {
        expected = new Map([...expected, ...(await submitTogether(wire, round++))]);
        return (await files.sharedScans()) > before;
      });
    };
    // Services say once they run that they read such files.
    await untilShared();
    const problem = whyNoTrace() ?? whyNoTracing();
    if (problem === null) {
      const pid = system.processes.find((one) => one.name === 'gateway')?.pid ?? 0;
      const file = path.join(folder, 'trace-of-groups');
      expectFlushedBeforeAsked(await traceCalls({ pid, calls: tracedCalls, file }, untilShared));
    } else console.warn(`NOT PROVED HERE: ${problem}`);
    await until(async () => {
      const states = await statesOf(wire);
      return [...expected.keys()].every((id) => (states.get(id) ?? 'processing') !== 'processing');
    });
    expect(await statesOf(wire)).toEqual(expected);
  });

  function expectFlushedBeforeAsked(trace: readonly TracedCall[]): void {
    const renames = trace.filter(({ name, text }) => name.startsWith('rename') && text.includes('.group'));
    expect(renames.length).toBeGreaterThan(0);
    for (const rename of renames) {
      const key = /[0-9a-f]{32}(?=\.group")/.exec(rename.text)?.[0] ?? 'no key';
      const flushes = trace.filter(({ name }) => name.endsWith('sync'));
      const ofFile = flushes.find(({ text }) => text.includes(`${key}.group`));
      const ofFolder = flushes.find(
        ({ text, begun }) => begun > rename.done && text.includes(`/objects/${key.slice(0, 2)}>`),
      );
      const asked = trace.find(
        ({ text }) => text.includes('ledger.gateway.accept') && text.includes(`${key}.`),
      );
      expect(ofFile?.done).toBeLessThan(rename.begun);
      expect(ofFolder?.done).toBeLessThan(asked?.begun ?? 0);
    }
  }
});

describe('a row whose object is gone', () => {
  it('is settled: the scan ends in error and says why', async () => {
    const scanners = system.processes.filter(({ name }) => name.startsWith('scanner'));
    await Promise.all(scanners.map((one) => one.stop()));
    try {
      await submitUntilAccepted(randomBytes(100), 'gone');
      const [row] = await files.rows<{ object_key: string }>(
        `SELECT object_key FROM ledger.scans WHERE scan_id = 'gone'`,
      );
      await rm(files.fileOf(row?.object_key ?? 'no row'), { force: true });
    } finally {
      await Promise.all(scanners.map((one) => one.start()));
    }
    expect(await sensor.report('gone')).toMatchObject({ state: 'error', reason: 'object-missing' });
  });
});

describe('what was answered OK gets its verdict', () => {
  it.each([['scanner-1'], ['results'], ['gateway'], ['console'], ['clamd'], ['rabbitmq'], ['postgres']])(
    'when %s is killed in the middle',
    async (victim) => {
      const before = await submitBatch(`${victim}-before`, 4);
      const meanwhile = submitBatch(`${victim}-after`, 6);
      kill(victim);
      const after = await meanwhile;
      await expectVerdicts(new Map([...before, ...after]));
    },
    longestUntilFoundMs + 120_000,
  );

  it('and no detection raised two alerts', async () => {
    const [told] = await files.rows<{ alerts: number; objects: number }>(
      'SELECT count(*)::integer AS alerts, count(DISTINCT sha256)::integer AS objects FROM ledger.alerts',
    );
    const detections = 7 * 5 + together;
    expect(told).toEqual({ alerts: detections, objects: detections });
  });
});
