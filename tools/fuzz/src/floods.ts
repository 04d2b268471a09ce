import { execFile } from 'node:child_process';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createClientCertificate, type ClientCertificate } from '@sluice/tls';
import { request } from './attack.js';
import type { Door } from './hostile-caller.js';
import { base, formType, get, host } from './kinds/valid-request.js';
import { readAnswers } from './read-answers.js';

export interface Flood {
  readonly name: string;
  /** What its connections have to come to: a code, or `closed`. On a machine too busy for handshakes, some are `closed`. */
  readonly expected: string;
  run(door: Door, accepted: ClientCertificate): Promise<readonly string[]>;
}

/** Longer than any bound of the gateway that is met here (a slow body: 31 s). */
const patienceMs = 60_000;

/** One connection that is left to the gateway to end; resolves to what it said before. */
function outlast(
  socket: Socket,
  whenOpen: () => void,
  openEvent: 'connect' | 'secureConnect',
): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const over = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => over('still open'), patienceMs);
    socket.once(openEvent, whenOpen);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => over(String(readAnswers(received).answers[0]?.status ?? 'closed')));
  });
}

const tls = (door: Door, { certPem, keyPem }: ClientCertificate): Socket =>
  connectTls({ ...door, cert: certPem, key: keyPem, rejectUnauthorized: false });

/** At most so many begin at a time: the machine that floods is the one that is flooded. */
async function many(
  count: number,
  one: (index: number) => Promise<string>,
  atATime = count,
): Promise<string[]> {
  const outcomes: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) outcomes.push(await one(index));
  };
  await Promise.all(Array.from({ length: Math.min(count, atATime) }, worker));
  return outcomes;
}

const slowBodies = (count: number): Flood => ({
  name: `slow bodies from ${count} connections`,
  expected: '408',
  run: (door, accepted) =>
    many(count, (index) => {
      const socket = tls(door, accepted);
      const head = request(`POST ${base}/scans HTTP/1.1`, [host, formType, 'Content-Length: 1000000']);
      let drip: NodeJS.Timeout | undefined;
      socket.on('close', () => clearInterval(drip));
      return outlast(
        socket,
        () => {
          socket.write(head);
          drip = setInterval(() => socket.write('x'.repeat(1 + (index % 50))), 2000);
        },
        'secureConnect',
      );
    }),
});

/** A ClientHello that is not finished, a handshake that is not followed by a request, and nothing at all. */
const idleHandshakes = (count: number): Flood => ({
  name: `${count} idle handshakes`,
  expected: 'closed',
  run: (door) =>
    many(count, () => {
      const socket = connectPlain(door);
      return outlast(socket, () => socket.write(Buffer.from('1603010200010001fc0303', 'hex')), 'connect');
    }),
});

const silentCallers = (count: number): Flood => ({
  name: `${count} handshakes and no request`,
  expected: '408',
  run: (door, accepted) => many(count, () => outlast(tls(door, accepted), () => undefined, 'secureConnect')),
});

const silentConnections = (count: number): Flood => ({
  name: `${count} connections that say nothing`,
  expected: 'closed',
  run: (door) => many(count, () => outlast(connectPlain(door), () => undefined, 'connect')),
});

const newCertificates = (count: number): Flood => ({
  name: `${count} new certificates`,
  expected: '401',
  run: (door) =>
    many(
      count,
      async (index) => {
        const identity = await createClientCertificate({ commonName: `flood ${index}`, days: 1 });
        const socket = tls(door, identity);
        const call = get(`/kata/scanner/v1/sensors/flood-${index}/scans/filters`, ['Connection: close']);
        return outlast(socket, () => socket.write(call), 'secureConnect');
      },
      16,
    ),
});

/** `R` makes openssl ask for a renegotiation; refused, it ends with an error instead of going on. */
const renegotiations = (count: number): Flood => ({
  name: `${count} renegotiations`,
  expected: 'refused',
  run: ({ host: name, port }) =>
    many(
      count,
      () =>
        new Promise((resolve) => {
          const args = ['s_client', '-tls1_2', '-connect', `${name}:${port}`];
          const child = execFile('openssl', args, { timeout: patienceMs }, (_error, stdout, stderr) =>
            resolve(/no renegotiation|handshake failure/i.test(stdout + stderr) ? 'refused' : 'went on'),
          );
          child.stdin?.on('error', () => undefined);
          child.stdin?.write('R\n');
        }),
      4,
    ),
});

export const floods: readonly Flood[] = [
  slowBodies(500),
  idleHandshakes(1000),
  silentCallers(300),
  silentConnections(200),
  newCertificates(300),
  renegotiations(12),
];
