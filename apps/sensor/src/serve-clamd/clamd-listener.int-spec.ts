import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '@sluice/runtime';
import { until } from '@sluice/timing';
import { Gateways } from '../ask-gateways/gateways.js';
import { Judge } from '../judge-objects/judge.js';
import { contentOf, FakeGateway, prepareFolder, reportOf } from '../testing/fake-gateway.js';
import { ClamdListener } from './clamd-listener.js';
import type { ClamdSettings } from './clamd-settings.js';

let place: Awaited<ReturnType<typeof prepareFolder>>;
let gateway: FakeGateway;
let gateways: Gateways;
let listener: ClamdListener;
let port: number;
let judged: string[];
let settings: ClamdSettings;
beforeEach(async () => {
  place = await prepareFolder();
  gateway = await FakeGateway.start(place.server);
  gateways = new Gateways({
    urls: [gateway.url],
    identity: { ...place.client, trustedPem: place.server.certPem },
  });
  judged = [];
  settings = {
    policy: { names: 'clamd', whenNotExamined: 'block', whenAway: 'block', cutLengths: new Set() },
    holdMs: 60_000,
  };
  listener = new ClamdListener({
    judge: new Judge({
      gateways,
      registration: { sensorId: 'clamd', type: 'other', name: 'clamd' },
      onFault: () => undefined,
    }),
    settings: () => settings,
    server: { limits: { maxStreamBytes: 1_000_000 } },
    spoolFolder: place.folder,
    logger: createLogger({ service: 'sensor', instance: 'test', level: 'silent' }),
    onJudged: (kind) => judged.push(kind),
  });
  port = (await listener.listen({ kind: 'tcp', host: '127.0.0.1', port: 0 })) ?? 0;
});
afterEach(async () => {
  await listener.stop(0);
  gateways.close();
  await gateway.stop();
  await place.remove();
});

function say(...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
    for (const piece of pieces) socket.write(piece);
  });
}
function scan(bytes: Buffer): Promise<string> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length, 0);
  return say('zINSTREAM\0', length, bytes, Buffer.alloc(4));
}

describe('a stream', () => {
  it('is sent as it is, and answered OK only when its report says so', async () => {
    const bytes = Buffer.alloc(500_000, 'abc');
    expect(await scan(bytes)).toBe('stream: OK\0');
    expect(gateway.posts.map((asked) => contentOf(asked).equals(bytes))).toEqual([true]);
    expect(judged).toEqual(['clean']);
  });

  it.each([
    ['detect', { detections: [{ engine: 'clamav', name: 'Eicar Test' }] }, 'Sluice.clamav.Eicar_Test'],
    ['error', { reason: 'encrypted', object: { type: 'application/zip' } }, 'Heuristics.Encrypted.Zip'],
    ['error', { reason: 'engine-failed' }, 'Heuristics.Limits.Exceeded.EngineFailed'],
  ])('whose report says %s with %j is %s', async (state, changes, name) => {
    gateway.says = () => ({ status: 200, body: reportOf(state, changes) });
    expect(await scan(Buffer.from('x'))).toBe(`stream: ${name} FOUND\0`);
  });

  it('is blocked when Sluice is away', async () => {
    await gateway.stop();
    settings = { ...settings, holdMs: 1200 };
    expect(await scan(Buffer.from('x'))).toBe('stream: Heuristics.Limits.Exceeded.Unavailable FOUND\0');
  });

  it('is answered by what was chosen when it began', async () => {
    const chosen = { ...settings.policy, names: 'sluice', whenNotExamined: 'error' } as const;
    gateway.says = async () => {
      settings = { ...settings, policy: { ...settings.policy, cutLengths: new Set([1]) } };
      return { status: 200, body: reportOf('not detected') };
    };
    expect(await scan(Buffer.from('x'))).toBe('stream: OK\0');
    settings = { ...settings, policy: { ...chosen, cutLengths: new Set([1]) } };
    expect(await scan(Buffer.from('x'))).toBe('stream: not examined: Cut ERROR\0');
    expect(await say('zSCAN /etc/passwd\0')).toBe('/etc/passwd: not examined: NotAStream ERROR\0');
  });

  it('over the limit is blocked, and not sent', async () => {
    expect(await scan(Buffer.alloc(1_000_001))).toBe(
      'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0',
    );
    expect(gateway.asked).toEqual([]);
  });

  it('whose client goes while it waits is not waited for any longer', async () => {
    let hasAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => (hasAsked = resolve));
    gateway.says = () => {
      hasAsked();
      return new Promise(() => undefined);
    };
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    socket.write(Buffer.concat([Buffer.from('zINSTREAM\0'), Buffer.alloc(4)]));
    await asked;
    socket.resetAndDestroy();
    await until(() => listener.scansInFlight === 0);
    expect(judged).toEqual([]);
  });
});

it('VERSION tells the signatures that judged last', async () => {
  const engines = [
    { engine: 'clamav', version: 'ClamAV 1.4.3/27500', signaturesAt: '2025-11-23T08:00:00.000Z' },
  ];
  gateway.says = () => ({ status: 200, body: reportOf('not detected', { engines }) });
  await scan(Buffer.from('x'));
  expect(await say('zVERSION\0')).toBe('ClamAV 1.4.3/27500/Sun Nov 23 08:00:00 2025\0');
});
