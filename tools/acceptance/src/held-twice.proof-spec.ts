import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mailWithEicar } from './mail-with-eicar.js';
import { Operator } from './operator.js';
import { canConnect, RealPostfix, serverKeys } from './receivers/index.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, held mail that comes twice: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const anna = 'anna@example.org';
const longest = 120_000;
const rounds = 5;

interface Kept {
  readonly id: string;
  readonly message: { readonly subject: string | null } | null;
  readonly hold: { readonly state: string } | null;
  readonly release: { readonly state: string } | null;
}

/** Two ports of a mail server, each with a sensor's process of its own; the processes share their registration. */
withPostfix('a mail that comes twice, to two sensors that hold it', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let postfix: RealPostfix;
  let ports: readonly [number, number];
  const sensors: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-twice-'));
    const free: number[] = [];
    for (let count = 0; count < 4; count += 1) free.push(await findFreePort());
    const [first = 0, second = 0, other = 0, releasePort = 0] = free;
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna],
      settings: { smtpd_milters: `inet:127.0.0.1:${first}` },
      services: [
        `127.0.0.1:${other} inet n - n - - smtpd\n  -o smtpd_milters=inet:127.0.0.1:${second}\n`,
        `127.0.0.1:${releasePort} inet n - n - - smtpd\n  -o smtpd_milters=\n`,
      ].join(''),
    });
    ports = [postfix.port, other];
    system = await startTestSystem({
      gateways: 2,
      variables: { RELEASE_SMTP_URL: `smtp://127.0.0.1:${releasePort}` },
    });
    operator = new Operator(system);
    for (const port of [first, second]) {
      const variables = { SENSOR_MILTER_WHEN_DETECTED: 'hold' };
      sensors.push(startMilterSensor(system, { folder, port, variables }));
      // The second one finds key and certificate of the first.
      if (sensors.length > 1) continue;
      const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
      await operator.accept(row, 'mail');
    }
    for (const port of [first, second]) await until(() => canConnect(port));
  }, 300_000);
  afterAll(async () => {
    for (const sensor of sensors) await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await postfix?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const send = (subject: string, port: number): Promise<number> =>
    createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
      .sendMail({ envelope: { from: 'joerg@example.com', to: [anna] }, raw: mailWithEicar(anna, subject) })
      .then(
        ({ response }) => Number(response.slice(0, 3)),
        ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
      );
  /** Up to the dot; then it is gone, and whatever is answered is lost. */
  const sendAndLeave = (subject: string, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const steps = ['EHLO client.example', 'MAIL FROM:<joerg@example.com>', `RCPT TO:<${anna}>`, 'DATA'];
      socket.on('error', reject);
      socket.on('data', (data: Buffer) => {
        if (!/^\d{3} /m.test(data.toString())) return;
        const step = steps.shift();
        if (step !== undefined) socket.write(`${step}\r\n`);
        else socket.end(`${mailWithEicar(anna, subject)}.\r\n`, () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
  const kept = async (subject: string): Promise<readonly Kept[]> =>
    (await operator.get<{ items: Kept[] }>(`/quarantine?limit=50&subject=${encodeURIComponent(subject)}`))
      .items;
  const held = async (subject: string): Promise<string[]> =>
    (await kept(subject)).filter(({ hold }) => hold?.state === 'held').map(({ id }) => id);
  const ask = async (what: 'release' | 'delete', ids: readonly string[]): Promise<string | undefined> => {
    const { items } = (await operator.change('POST', `/quarantine/${what}`, { ids })) as {
      items: { outcome: string }[];
    };
    return items[0]?.outcome;
  };
  const arrived = async (subject: string): Promise<number> =>
    (await postfix.mails(anna, 0)).filter((mail) => mail.includes(`\nSubject: ${subject}\n`)).length;
  const isReleased = (subject: string) =>
    until(async () => (await kept(subject)).some(({ hold }) => hold?.state === 'released'), longest);

  it(
    'at the same moment is held once, and arrives once',
    async () => {
      for (let round = 0; round < rounds; round += 1) {
        const subject = `Invoice ${round}`;
        const codes = await Promise.all(ports.map((port) => send(subject, port)));
        // Who is put off comes again.
        for (const [at, code] of codes.entries())
          if (code !== 250) await until(async () => (await send(subject, ports[at]!)) === 250, longest);
        const ids = await held(subject);
        expect(ids).toHaveLength(1);
        expect(await ask('release', ids)).toBe('done');
        await isReleased(subject);
        await until(async () => (await arrived(subject)) > 0, longest);
        expect([await arrived(subject), await held(subject)]).toEqual([1, []]);
      }
    },
    4 * longest,
  );

  it(
    'since its answer was lost is held once, and arrives once',
    async () => {
      await sendAndLeave('Offer', ports[0]);
      await until(async () => (await held('Offer')).length === 1, longest);
      expect(await send('Offer', ports[1])).toBe(250);
      const ids = await held('Offer');
      expect(ids).toHaveLength(1);
      // Two operators at once.
      const outcomes = await Promise.all([ask('release', ids), ask('release', ids)]);
      expect(outcomes.sort()).toEqual(['conflict', 'done']);
      await isReleased('Offer');
      await until(async () => (await arrived('Offer')) > 0, longest);
      expect([await arrived('Offer'), await held('Offer')]).toEqual([1, []]);
    },
    3 * longest,
  );

  it(
    'and once more after it was released is held again, for someone to decide, and never lost',
    async () => {
      expect(await send('Offer', ports[0])).toBe(250);
      expect(await held('Offer')).toHaveLength(1);
      expect(await arrived('Offer')).toBe(1);
      expect(await ask('release', await held('Offer'))).toBe('done');
      await until(async () => (await arrived('Offer')) === 2, longest);
    },
    longest,
  );

  it(
    'that is released and deleted at once arrives, or is deleted with nothing on its way',
    async () => {
      for (let round = 0; round < rounds; round += 1) {
        const subject = `Contract ${round}`;
        expect(await send(subject, ports[round % 2]!)).toBe(250);
        const ids = await held(subject);
        const orders = ['release', 'delete'] as const;
        const asked = round % 2 === 0 ? orders : orders.toReversed();
        const outcomes = await Promise.all(asked.map((what) => ask(what, ids)));
        const of = (what: (typeof orders)[number]) => outcomes[asked.indexOf(what)];
        if (of('delete') === 'done') {
          expect(of('release')).not.toBe('done');
          expect(await kept(subject)).toEqual([]);
        } else {
          expect([of('release'), of('delete')]).toEqual(['done', 'conflict']);
          await until(async () => (await arrived(subject)) === 1, longest);
        }
      }
      await until(async () => (await postfix.waitingCount()) === 0, longest);
    },
    4 * longest,
  );
});
