import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MilterPeer } from '@sluice/milter/testing';
import { findFreePort } from '@sluice/private-servers';
import { createLogger, readConfig, runSteps } from '@sluice/runtime';
import { until } from '@sluice/timing';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { sensorConfigSchema } from './sensor.config.js';
import { startSensor } from './start-sensor.js';
import { FakeGateway, prepareFolder, reportOf } from './testing/fake-gateway.js';

let place: Awaited<ReturnType<typeof prepareFolder>>;
let gateway: FakeGateway;
beforeEach(async () => {
  place = await prepareFolder();
  gateway = await FakeGateway.start(place.server);
});
afterEach(async () => {
  await gateway.stop();
  await place.remove();
});

async function start() {
  const [clamd, milter] = [await findFreePort(), await findFreePort()];
  const trusted = path.join(place.folder, 'trusted.pem');
  await writeFile(trusted, place.server.certPem);
  const lines: string[] = [];
  const log = new PassThrough();
  log.on('data', (line: Buffer) => lines.push(line.toString()));
  const logger = createLogger({ service: 'sensor', instance: 'test', level: 'info' }, log);
  const config = readConfig(sensorConfigSchema, {
    MANAGEMENT_PORT: '0',
    SENSOR_GATEWAYS: gateway.url,
    SENSOR_GATEWAY_CA_FILE: trusted,
    SENSOR_CERT_FILE: path.join(place.folder, 'client.crt'),
    SENSOR_KEY_FILE: path.join(place.folder, 'client.key'),
    SENSOR_SPOOL_DIR: place.folder,
    SENSOR_CLAMD_LISTEN: `127.0.0.1:${clamd}`,
    SENSOR_MILTER_LISTEN: `127.0.0.1:${milter}`,
  });
  const steps = await startSensor(config, logger);
  return { clamd, milter, stop: () => runSteps(logger, steps), lines };
}

/** What a stream of one byte is answered. */
function scan(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  socket.write(Buffer.concat([Buffer.from('zINSTREAM\0'), Buffer.of(0, 0, 0, 1, 120, 0, 0, 0, 0)]));
  return text(socket);
}

const refuses = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(true));
    socket.once('connect', () => resolve(!socket.destroy().destroyed));
  });

describe('a sensor with both listeners', () => {
  it('that stops takes nothing more at either door, and answers what waits at both', async () => {
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    gateway.says = async ({ method }) => {
      if (method === 'POST') await held;
      return { status: 200, body: method === 'POST' ? reportOf('not detected') : {} };
    };
    const { clamd, milter, stop } = await start();
    const stream = scan(clamd);
    const peer = await MilterPeer.start(milter);
    const mail = peer.message();
    await until(() => gateway.posts.length === 2);
    const stopped = stop();
    // Before anything was answered: neither door waits for the other.
    await until(async () => (await refuses(clamd)) && (await refuses(milter)));
    answer();
    expect(await stream).toBe('stream: OK\0');
    expect((await mail).at(-1)?.letter).toBe('c');
    expect(await stopped).toBe(true);
    await peer.close();
  });

  it('does what an administrator chose for each of them', async () => {
    const mailPolicy = { version: 2, policy: { whenNotExamined: { encrypted: 'reject' } } };
    const clamdPolicy = { version: 5, policy: { whenNotExamined: 'error' } };
    gateway.says = ({ method }) => ({
      status: 200,
      body: method === 'POST' ? reportOf('error', { reason: 'encrypted' }) : { mailPolicy, clamdPolicy },
    });
    const { clamd, milter, stop, lines } = await start();
    await until(() => lines.filter((line) => line.includes('changed')).length === 2);
    expect(await scan(clamd)).toBe('stream: not examined: Encrypted.Part ERROR\0');
    const peer = await MilterPeer.start(milter);
    const reply = (await peer.message()).at(-1);
    expect(reply?.data.toString('latin1')).toMatch(/^550 /);
    await peer.close();
    expect(await stop()).toBe(true);
  });
});
