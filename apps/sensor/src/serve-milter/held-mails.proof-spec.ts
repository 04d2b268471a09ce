import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MilterPeer, type PeerMessage } from '@sluice/milter/testing';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import { once } from 'node:events';
import path from 'node:path';
import { FakeGateway, prepareFolder, reportOf, type Asked, type Says } from '../testing/fake-gateway.js';
import { SensorProcess } from '../testing/sensor-process.js';

const minuteMs = 60_000;
/** A burst of MTAs is spread: what is tried is what is held, not how fast connections are made. */
const atOnce = 50;

let place: Awaited<ReturnType<typeof prepareFolder>>;
let gateway: FakeGateway;
let sensor: SensorProcess;
let port: number;
let peers: MilterPeer[];
let release: () => void;

beforeEach(async () => {
  place = await prepareFolder();
  gateway = await FakeGateway.start(place.server);
  gateway.keepsBodies = false;
  const released = new Promise<void>((resolve) => (release = resolve));
  // As a gateway holds a request: until the scan ends, or for as long as it was asked to.
  gateway.says = async ({ url, method }: Asked): Promise<Says> => {
    if (method === 'GET' && url.endsWith('/filters')) return { status: 200, body: {} };
    const waitMs = Number(/wait=(\d+)/.exec(url)?.[1]) * 1000;
    const timer = new AbortController();
    const late = new Promise<'late'>((resolve) => {
      const timeout = setTimeout(resolve, waitMs, 'late');
      timer.signal.addEventListener('abort', () => clearTimeout(timeout));
    });
    const how = await Promise.race([released, late]);
    timer.abort();
    return how === 'late' ? { status: 202, body: {} } : { status: 200, body: reportOf('detect') };
  };
  port = await findFreePort();
  peers = [];
  sensor = new SensorProcess({
    SENSOR_GATEWAYS: gateway.url,
    SENSOR_GATEWAY_CA_FILE: path.join(place.folder, 'server.crt'),
    SENSOR_CERT_FILE: path.join(place.folder, 'client.crt'),
    SENSOR_KEY_FILE: path.join(place.folder, 'client.key'),
    SENSOR_SPOOL_DIR: place.folder,
    SENSOR_MILTER_LISTEN: `127.0.0.1:${port}`,
  });
  await sensor.start(port);
}, 2 * minuteMs);
afterEach(async () => {
  release();
  await Promise.all(peers.map((peer) => peer.close()));
  await sensor.stop();
  await gateway.stop();
  await place.remove();
}, 2 * minuteMs);

/** Answers of mails that are all held at the same time. */
async function hold(count: number, mailOf: (at: number) => PeerMessage): Promise<Promise<string>[]> {
  const answers: Promise<string>[] = [];
  for (let at = 0; at < count; at += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, count - at) }, (_none, step) => at + step);
    await Promise.all(
      batch.map(async (number) => {
        const peer = await MilterPeer.start(port);
        peers.push(peer);
        answers.push(send(peer, mailOf(number)));
      }),
    );
    await until(() => gateway.posts.length >= at + batch.length, 5 * minuteMs);
  }
  return answers;
}

/** The code of the reply. Waits for it as long as a sender does. */
async function send(peer: MilterPeer, { headers = [], body = '' }: PeerMessage): Promise<string> {
  peer.begin({ headers });
  peer.send('N');
  const bytes = Buffer.from(body);
  for (let at = 0; at < bytes.length; at += 65_535) {
    if (peer.socket.writableNeedDrain) await once(peer.socket, 'drain');
    peer.send('B', bytes.subarray(at, at + 65_535));
  }
  peer.send('E');
  for (;;) {
    const { letter, data } = await peer.reply(10 * minuteMs);
    if (letter !== 'p') return letter === 'y' ? data.toString('latin1', 0, 3) : letter;
  }
}

describe('the sensor', () => {
  it.each([
    [500, 300],
    [2000, 700],
  ])(
    'holds %d mails in less than %d MB, and answers each',
    async (count, mostMegabytes) => {
      const answers = await hold(count, (at) => ({
        headers: [['Subject', ` mail ${at}`]],
        body: `${'x'.repeat(2000)}\r\n`,
      }));
      const megabytes = await sensor.peakMegabytes();
      console.log(`${count} mails held: ${megabytes} MB`);
      release();
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['550']));
      expect(megabytes).toBeLessThan(mostMegabytes);
    },
    15 * minuteMs,
  );

  it(
    'holds 20 mails of 100 MB in less than 400 MB',
    async () => {
      const body = Buffer.alloc(100_000_000, 'x');
      const answers = await hold(20, (at) => ({ headers: [['Subject', ` mail ${at}`]], body }));
      const megabytes = await sensor.peakMegabytes();
      console.log(`20 mails of 100 MB held: ${megabytes} MB`);
      release();
      expect(new Set(await Promise.all(answers))).toEqual(new Set(['550']));
      expect(megabytes).toBeLessThan(400);
    },
    15 * minuteMs,
  );
});
