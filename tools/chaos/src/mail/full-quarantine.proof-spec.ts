import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText, findFreePort } from '@sluice/private-servers';
import {
  asOwner,
  lockedZip,
  Operator,
  startMilterSensor,
  startTestSystem,
  stopMilterSensor,
  until,
  type TestSystem,
} from '@sluice/tool-acceptance';
import { canConnect, RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeObjectQuota } from '../object-quota.js';
import { startSendingServer } from './sending-server.js';

const reason = whyNoPostfix();
const quota = reason === null ? makeObjectQuota() : null;
if (quota === null) console.warn(`LEFT OUT, mail while quarantine is full: ${reason ?? 'nothing to mount'}`);
const withPostfix = quota === null ? describe.skip : describe;

const anna = 'anna@example.org';
const longest = 300_000;
/** Room for three mails and a half. */
const mailBytes = 40_000;
const mostBytes = 3.5 * mailBytes;

function mailAbout(subject: string, attached: Buffer): string {
  const head = [
    'From: Joerg <joerg@example.com>',
    `To: Anna <${anna}>`,
    'Date: Thu, 26 Nov 2026 06:00:00 +0000',
    `Message-ID: <${subject.replaceAll(' ', '-')}@example.com>`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: application/octet-stream',
    'Content-Disposition: attachment; filename=invoice.bin',
    'Content-Transfer-Encoding: base64',
    '',
    ...(attached.toString('base64').match(/.{1,76}/g) ?? []),
    '--b',
    'Content-Type: text/plain',
    '',
  ].join('\r\n');
  const line = `${'x'.repeat(70)}\r\n`;
  const end = '--b--\r\n';
  return `${head}\r\n${line.repeat(Math.floor((mailBytes - head.length - end.length) / line.length))}${end}`;
}
const infected = (subject: string): string => mailAbout(subject, Buffer.from(eicarText()));
const encrypted = (subject: string): string =>
  mailAbout(subject, lockedZip('invoice.txt', Buffer.from('hello'), 'secret'));

interface Kept {
  readonly id: string;
  readonly message: { readonly subject: string | null } | null;
  readonly hold: { readonly state: string } | null;
}

/** Malware is held by Sluice alone, what is encrypted by the mail server; a sender's server stands before both. */
withPostfix('mail while quarantine has no room', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  let sender: RealPostfix;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-full-'));
    const [port, releasePort] = [await findFreePort(), await findFreePort()];
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}` },
      services: `127.0.0.1:${releasePort} inet n - n - - smtpd\n  -o smtpd_milters=\n`,
    });
    sender = await startSendingServer(postfix.port);
    system = await startTestSystem({
      ...(quota !== null && { objectStoreUrl: quota.objectStoreUrl }),
      variables: {
        RELEASE_SMTP_URL: `smtp://127.0.0.1:${releasePort}`,
        OBJECT_STORE_RESERVE_BYTES: String(quota?.reserveBytes),
      },
    });
    operator = new Operator(system);
    sensor = startMilterSensor(system, {
      folder,
      port,
      variables: {
        SENSOR_MILTER_WHEN_DETECTED: 'hold',
        SENSOR_MILTER_WHEN_NOT_EXAMINED: 'encrypted=quarantine',
        SENSOR_MILTER_HOLD_SECONDS: '20',
      },
    });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
  }, 300_000);
  afterAll(async () => {
    await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await sender?.stop();
    await postfix?.stop();
    quota?.remove();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  const send = async (raw: string): Promise<void> => {
    const server = createTransport({ host: '127.0.0.1', port: sender.port, ignoreTLS: true });
    const envelope = { from: 'joerg@example.com', to: [anna] };
    await server.sendMail({ envelope, raw: Buffer.from(raw) }).catch(async (cause: unknown) => {
      throw new Error(`the sender's server took no mail: ${await sender.log()}`, { cause });
    });
  };
  const kept = async (): Promise<readonly Kept[]> =>
    (await operator.get<{ items: Kept[] }>('/quarantine?limit=100')).items;
  const subjects = async (isHeld: boolean): Promise<string[]> =>
    (await kept())
      .filter(({ hold }) => (hold?.state === 'held') === isHeld)
      .map(({ message }) => message?.subject ?? '')
      .sort();
  const areHeld = (...names: readonly string[]) =>
    until(
      async () =>
        JSON.stringify(await subjects(true)) === JSON.stringify(names.map((one) => `Invoice ${one}`)),
      longest,
    );
  const release = async (subject: string): Promise<void> => {
    const ids = (await kept()).filter(({ message }) => message?.subject === subject).map(({ id }) => id);
    await operator.change('POST', '/quarantine/release', { ids });
  };
  /** Attempts of the sender's server at this mail that were put off. */
  const putOff = async (subject: string): Promise<number> => {
    const log = await sender.log();
    const id = subject.replaceAll(' ', '-');
    const [, queueId = 'none'] =
      new RegExp(`cleanup\\[\\d+\\]: (\\w+): message-id=<${id}@example.com>`).exec(log) ?? [];
    return (
      log.match(new RegExp(`${queueId}: to=.*status=deferred \\(host .* said: 451 4\\.7\\.1`, 'g')) ?? []
    ).length;
  };
  /** A file that is moved is in none of the folders for a moment: what became of the mail is asked besides. */
  const isSent = () => until(async () => (await sender.waitingCount()) === 0, longest);
  /** A verdict of the last ten minutes is not asked for anew, also when what it kept has made room. */
  async function tenMinutesLater(): Promise<void> {
    await asOwner(system, async (database) => {
      await database.query(`UPDATE ledger.scans SET accepted_at = accepted_at - interval '10 minutes'`);
    });
  }
  const arrived = async (): Promise<string[]> =>
    (await postfix.mails(anna, 0)).map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1] ?? '').sort();

  it(
    'is put off and stays with its sender; what Sluice alone has stays, what others have as well makes room',
    async () => {
      for (const name of ['one', 'two']) await send(encrypted(`Offer ${name}`));
      await isSent();
      await operator.change('PATCH', '/settings', { quarantineMaxBytes: mostBytes });
      for (const name of ['one', 'two', 'three']) await send(infected(`Invoice ${name}`));
      await areHeld('one', 'three', 'two');
      await send(infected('Invoice four'));
      await until(async () => (await putOff('Invoice four')) >= 3, longest);
      expect(await sender.waitingCount()).toBe(1);
      // Of both that the mail server holds, and of the one that was put off.
      await until(async () => (await subjects(false)).length === 0, longest);
      await areHeld('one', 'three', 'two');
      expect(await postfix.held()).toHaveLength(2);
      expect(await arrived()).toEqual([]);
    },
    2 * longest,
  );

  it(
    'that its mail server keeps is taken all the same',
    async () => {
      await send(encrypted('Offer three'));
      await until(async () => (await postfix.held()).length === 3, longest);
      expect(await sender.waitingCount()).toBe(1);
    },
    longest,
  );

  it(
    'is held as soon as one is released, which arrives',
    async () => {
      await release('Invoice two');
      await until(async () => (await arrived()).length === 1, longest);
      await tenMinutesLater();
      await areHeld('four', 'one', 'three');
      await isSent();
      expect(await arrived()).toEqual(['Invoice two']);
    },
    2 * longest,
  );

  it(
    'is put off while the disk is full, from which held mail is released, and held when there is space',
    async () => {
      await operator.change('PATCH', '/settings', { quarantineMaxBytes: 10 * mostBytes });
      quota?.fill();
      await send(infected('Invoice five'));
      await until(async () => (await putOff('Invoice five')) >= 2, longest);
      await release('Invoice one');
      await until(async () => (await arrived()).length === 2, longest);
      await areHeld('four', 'three');
      expect(await sender.waitingCount()).toBe(1);
      quota?.free();
      await areHeld('five', 'four', 'three');
      await isSent();
      expect(await arrived()).toEqual(['Invoice one', 'Invoice two']);
    },
    2 * longest,
  );
});
