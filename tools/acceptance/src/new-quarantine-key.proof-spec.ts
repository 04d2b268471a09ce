import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { quarantineFiles, whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { asOwner } from './as-owner.js';
import { ConsoleSession } from './console-session.js';
import { mailWithEicar } from './mail-with-eicar.js';
import { Operator } from './operator.js';
import { canConnect, RealPostfix, serverKeys } from './receivers/index.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const run = promisify(execFile);
const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, a new key of quarantine: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const root = path.resolve(import.meta.dirname, '../../..');
const [anna, joerg] = ['anna@example.org', 'joerg@example.org'];
const longest = 120_000;

interface Kept {
  readonly id: string;
  readonly hold: { readonly state: string } | null;
  readonly release: { readonly state: string; readonly answers: readonly { answer: string }[] } | null;
}

/** Mail is held before and after `quarantine-key rotate`; no service is told or restarted. */
withPostfix('a new key of quarantine, while mail is held', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let reader: ConsoleSession;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  let oldKey: string;
  let newKey: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-new-key-'));
    const [port, releasePort] = [await findFreePort(), await findFreePort()];
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, joerg],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}` },
      services: `127.0.0.1:${releasePort} inet n - n - - smtpd\n  -o smtpd_milters=\n`,
    });
    system = await startTestSystem({
      variables: { RELEASE_SMTP_URL: `smtp://127.0.0.1:${releasePort}` },
    });
    operator = new Operator(system);
    sensor = startMilterSensor(system, {
      folder,
      port,
      variables: { SENSOR_MILTER_WHEN_DETECTED: 'hold' },
    });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
    reader = await ConsoleSession.ofMailReader(system, operator);
  }, 300_000);
  afterAll(async () => {
    await stopMilterSensor(sensor);
    await reader?.close();
    await operator?.close();
    await system?.end();
    await postfix?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const kept = async (subject: string): Promise<Kept | undefined> =>
    (await operator.get<{ items: Kept[] }>(`/quarantine?limit=10&subject=${encodeURIComponent(subject)}`))
      .items[0];
  const sealedFor = (subject: string): Promise<string | null | undefined> =>
    asOwner(system, async (database) => {
      const { rows } = await database.query<{ sealed_with: string | null }>(
        `SELECT sealed_with FROM ledger.kept_objects WHERE mail ->> 'subject' = $1`,
        [subject],
      );
      return rows[0]?.sealed_with;
    });
  /** Answers the name of the key it is encrypted for. */
  async function hold(subject: string): Promise<string> {
    await createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true }).sendMail({
      envelope: { from: joerg, to: [anna] },
      raw: mailWithEicar(anna, subject),
    });
    expect(await kept(subject)).toMatchObject({ hold: { state: 'held' } });
    return until(() => sealedFor(subject), longest);
  }
  const preview = async (subject: string) =>
    reader.call('POST', `/quarantine/${(await kept(subject))?.id}/preview`, { reason: 'is it readable?' });
  const isRead = async (subject: string): Promise<void> =>
    expect(await preview(subject)).toMatchObject({
      status: 200,
      json: { headers: expect.arrayContaining([{ name: 'Subject', value: subject }]) },
    });
  const release = async (subject: string) =>
    operator.change('POST', '/quarantine/release', { ids: [(await kept(subject))?.id] });
  const arrives = async (subject: string): Promise<void> => {
    const expected = mailWithEicar(anna, subject).replaceAll('\r\n', '\n').trimEnd();
    const of = async () =>
      (await postfix.mails(anna, 0)).filter((mail) => mail.includes(`\nSubject: ${subject}\n`));
    await until(async () => (await of()).length > 0, longest);
    await until(async () => (await kept(subject))?.release?.state === 'delivered', longest);
    expect((await of()).map((mail) => mail.slice(mail.indexOf('From: Joerg')).trimEnd())).toEqual([expected]);
  };
  const all = (): string[] => {
    const { keys, copies } = quarantineFiles(system.home);
    return [keys, ...Object.values(copies)];
  };
  /** In place, so that each file stays its reader's; answers what was there. */
  async function writeKeys(change: (pems: string) => string): Promise<string> {
    const before = await readFile(all()[0]!, 'utf8');
    for (const file of all()) await writeFile(file, change(before));
    return before;
  }
  const withoutOlder = (pems: string): string =>
    pems.slice(0, pems.lastIndexOf('-----BEGIN PRIVATE KEY-----'));

  it(
    'is made by one command, and is what mail is encrypted for from then on',
    async () => {
      oldKey = await hold('Before one');
      for (const name of ['Before two', 'Before three']) expect(await hold(name)).toBe(oldKey);
      const { stdout } = await run(
        process.execPath,
        ['tools/command-line/sluice.mjs', 'quarantine-key', 'rotate'],
        { cwd: root, env: { PATH: process.env['PATH'] ?? '', SLUICE_HOME: system.home } },
      );
      [, newKey = ''] = /sealed for key ([0-9a-f]{16}) from now on; 1 older keys stay/.exec(stdout) ?? [];
      for (const name of ['After one', 'After two']) expect(await hold(name)).toBe(newKey);
      expect(newKey).not.toBe(oldKey);
    },
    4 * longest,
  );

  it(
    'leaves readable and lets arrive what was held before it as well as since',
    async () => {
      for (const name of ['Before one', 'After one']) {
        await isRead(name);
        await release(name);
        await arrives(name);
      }
    },
    4 * longest,
  );

  it(
    'whose predecessor is deleted too early: what that sealed waits, and page and attempts name key and file',
    async () => {
      const before = await writeKeys(withoutOlder);
      // A process that read the file before knows the key as long as it runs.
      system.processes.find(({ name }) => name === 'notifier')?.kill();
      const missing = (file: string) =>
        `sealed for key ${oldKey}, and it is not in ${file}: put that key back`;
      const { copies } = quarantineFiles(system.home);
      expect(await preview('Before two')).toMatchObject({
        status: 409,
        json: { message: expect.stringContaining(missing(copies.console)) },
      });
      await release('Before two');
      const put = await until(async () => {
        const one = (await kept('Before two'))?.release;
        return (one?.answers.length ?? 0) > 0 && one;
      }, longest);
      expect(put).toMatchObject({
        state: 'waiting',
        answers: [{ outcome: 'later', answer: expect.stringContaining(missing(copies.notifier)) }],
      });
      // The others go on.
      await isRead('After two');
      await release('After two');
      await arrives('After two');
      await writeKeys(() => before);
      await arrives('Before two');
      await isRead('Before two');
    },
    5 * longest,
  );

  it(
    'whose predecessor has nothing left to open: it may go, and nothing misses it',
    async () => {
      const passRetention = (): Promise<unknown> =>
        asOwner(system, (database) =>
          database.query(
            `UPDATE ledger.kept_objects SET kept_until = clock_timestamp() - interval '1 s',
               held_until = least(held_until, clock_timestamp() - interval '1 s') WHERE sealed_with = $1`,
            [oldKey],
          ),
        );
      await passRetention();
      // Held by Sluice alone: its sender is told first, with its headers, which takes the key.
      const [report = ''] = await postfix.mails(joerg, 1);
      expect(report).toContain('Subject: Before three');
      await until(async () => {
        await passRetention();
        return (await kept('Before')) === undefined;
      }, longest);
      await writeKeys(withoutOlder);
      system.processes.find(({ name }) => name === 'notifier')?.kill();
      await isRead('After one');
      expect(await hold('Since')).toBe(newKey);
      await release('Since');
      await arrives('Since');
    },
    5 * longest,
  );
});
