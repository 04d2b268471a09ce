import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mailWithEicar } from './mail-with-eicar.js';
import { Operator } from './operator.js';
import { canConnect, RealPostfix, serverKeys } from './receivers/index.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, releases while processes are killed: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const anna = 'anna@example.org';
/** A killed part costs a sender's hold (240 s) and the next attempt at most. */
const longest = 420_000;

interface Kept {
  readonly id: string;
  readonly release: { readonly state: string } | null;
}

/** One port, which asks the sensor: so the whole pipeline takes part in each release, not the notifier alone. */
withPostfix('a mail that is released while a process is killed', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-killed-'));
    const port = await findFreePort();
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}`, local_header_rewrite_clients: '' },
    });
    system = await startTestSystem({
      variables: { RELEASE_SMTP_URL: `smtp://127.0.0.1:${postfix.port}`, AMQP_HEARTBEAT_SECONDS: '5' },
    });
    operator = new Operator(system);
    sensor = startMilterSensor(system, { folder, port });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
    await operator.change('PATCH', '/settings', { releaseTicketMinutes: 60 });
  }, 300_000);
  afterAll(async () => {
    await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await postfix?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const send = (subject: string): Promise<number> =>
    createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true })
      .sendMail({
        envelope: { from: 'joerg@example.com', to: [anna] },
        raw: Buffer.from(mailWithEicar(anna, subject)),
      })
      .then(
        ({ response }) => Number(response.slice(0, 3)),
        ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
      );
  const found = async (subject: string): Promise<Kept | undefined> => {
    const query = `subject=${encodeURIComponent(subject)}&limit=10`;
    // The first that was kept: a release that is scanned again may be kept, too.
    return (await operator.get<{ items: Kept[] }>(`/quarantine?${query}`)).items.at(-1);
  };
  /** How often Postfix got its head: once from its sender, then from notifiers, over connections that are kept. */
  const comings = async (subject: string): Promise<number> =>
    (await postfix.log()).split(`message-id=<${subject.replaceAll(' ', '-')}@example.com>`).length - 1;
  async function kill(name: string): Promise<void> {
    if (name === 'postfix') {
      await postfix.goAway('SIGKILL');
      return postfix.comeBack();
    }
    const victim = system.processes.find((one) => one.name === name);
    if (victim === undefined) throw new Error(`no process ${name}`);
    victim.kill();
  }
  /** What lies there of this mail, without what servers wrote above it. */
  const copies = async (subject: string): Promise<string[]> =>
    (await postfix.mails(anna, 0))
      .filter((mail) => mail.includes(`\nSubject: ${subject}\n`))
      .map((mail) => mail.slice(mail.indexOf('From: Joerg')).trimEnd());

  const moments = ['as it is asked for', 'as Postfix has it'] as const;
  it.each(
    ['notifier', 'gateway', 'results', 'scanner-1', 'console', 'postfix'].flatMap((name) =>
      moments.map((moment) => [name, moment] as const),
    ),
  )(
    'arrives unchanged with %s killed %s, and twice only where an answer can be lost',
    async (name, moment) => {
      const subject = `Invoice ${name} ${moments.indexOf(moment)}`;
      await until(async () => (await send(subject)) === 550, longest);
      const kept = await until(() => found(subject), longest);
      await operator.change('POST', '/quarantine/release', { ids: [kept.id] });
      if (moment === 'as Postfix has it') await until(async () => (await comings(subject)) > 1, longest, 1);
      await kill(name);
      // The console may be away itself.
      await until(async () => (await found(subject))?.release?.state === 'delivered', longest);
      await until(async () => (await postfix.waitingCount()) === 0, longest);
      const arrived = await copies(subject);
      const expected = mailWithEicar(anna, subject).replaceAll('\r\n', '\n').trimEnd();
      expect(new Set(arrived)).toEqual(new Set([expected]));
      const canLoseAnswer = name === 'notifier' || name === 'postfix';
      expect(arrived.length).toBeLessThanOrEqual(canLoseAnswer ? 2 : 1);
    },
    4 * longest,
  );
});
