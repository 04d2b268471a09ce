import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import {
  canConnect,
  isSignatureValid,
  RealPostfix,
  serverKeys,
  signMail,
} from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ReleaseFixture } from '../testing/release-fixture.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, releases to a Postfix that was away: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

/** The downstream is away for as long: `AWAY_MINUTES=60 npm run proofs -- receiver-away` is the hour. */
const awayMs = Number(process.env['AWAY_MINUTES'] ?? 1) * 60_000;
const longest = 300_000;
const mailCount = 40;
const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const guide = path.resolve(import.meta.dirname, '../../../../docs/mail.md');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const signed = (subject: string): Promise<string> =>
  signMail(
    [
      'From: Joerg <joerg@example.com>',
      `To: Anna <${anna}>`,
      `Subject: ${subject}`,
      `Message-ID: <${subject.replaceAll(' ', '-')}@example.com>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'Grüße  aus  Köln',
      '.',
      '',
    ].join('\r\n'),
    privateKey,
  );

/** A notifier's process, real mailboxes, and time that really passes. */
withPostfix('mail that was released while its Postfix was away or put everything off', () => {
  let fixture: ReleaseFixture;
  let postfix: RealPostfix;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    const [, block = ''] =
      /<!-- test: master\.cf -->\s*```\n([^]*?)```/.exec(await readFile(guide, 'utf8')) ?? [];
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta],
      services: block.replace('127.0.0.1:10026', `127.0.0.1:${port}`),
    });
    fixture = await ReleaseFixture.start();
    fixture.startNotifier(port);
    // A connection that it keeps, and that breaks.
    await fixture.release([await fixture.keep(await signed('before'))]);
    await postfix.mails(anna, 1);
  }, longest);
  afterAll(async () => {
    await fixture?.stop();
    await postfix?.stop();
  });

  const restarted = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    await postfix.goAway();
    await postfix.configure(settings);
    await postfix.comeBack();
  };
  const arrivedAt = async (recipients: readonly string[]): Promise<number> =>
    (await Promise.all(recipients.map((one) => postfix.mailCount(one)))).reduce((sum, one) => sum + one, 0);
  const longestWaitMs = async (): Promise<number> => {
    const { rows } = await fixture.database.query<{ ms: number }>(
      `SELECT (extract(epoch FROM max(due_at) - clock_timestamp()) * 1000)::float8 AS ms FROM ledger.releases
       WHERE state = 'waiting' AND lease IS NULL`,
    );
    return rows[0]?.ms ?? 0;
  };

  it.each<readonly [string, readonly string[], () => Promise<void>, () => Promise<void>]>([
    ['stopped', [anna], () => postfix.goAway(), () => postfix.comeBack()],
    ['killed', [anna], () => postfix.goAway('SIGKILL'), () => postfix.comeBack()],
    [
      'putting each recipient off',
      [anna, berta],
      () => restarted({ smtpd_sender_restrictions: 'defer' }),
      () => postfix.configure({ smtpd_sender_restrictions: '' }),
    ],
    [
      'putting each sender off',
      [anna],
      () => restarted({ smtpd_sender_restrictions: 'defer', smtpd_delay_reject: 'no' }),
      () => postfix.configure({ smtpd_sender_restrictions: '', smtpd_delay_reject: 'yes' }),
    ],
  ])(
    'while it was %s: each arrives once, unchanged and validly signed',
    async (what, recipients, goAway, comeBack) => {
      await fixture.database.query('TRUNCATE ledger.releases');
      const before = await arrivedAt(recipients);
      const mails: string[] = [];
      for (let n = 0; n < mailCount; n += 1) mails.push(await signed(`${what} ${n}`));
      await goAway();
      const awaySince = Date.now();
      // Half of them at once, the others one by one over the time.
      const objects = await Promise.all(mails.map((mail) => fixture.keep(mail)));
      for (const [at, object] of objects.entries()) {
        if (at >= mailCount / 2) await delay(awayMs / (mailCount / 2));
        await fixture.release([object], 1, recipients[at % recipients.length]);
      }
      expect(await fixture.states()).toEqual({ waiting: mailCount });
      expect(await arrivedAt(recipients)).toBe(before);
      const waitMs = await longestWaitMs();

      await comeBack();
      await until(() => canConnect(port));
      const backAt = Date.now();
      await until(async () => (await fixture.states())['delivered'] === mailCount, longest + waitMs);
      const tookMs = Date.now() - backAt;
      await until(async () => (await postfix.waitingCount()) === 0, longest);
      const boxes = await Promise.all(recipients.map((one) => postfix.mails(one, 0)));
      const ofThese = boxes
        .flat()
        .map((mail) => mail.slice(mail.indexOf('DKIM-Signature:')).replaceAll('\n', '\r\n'))
        .filter((mail) => mail.includes(`Subject: ${what} `));
      expect(ofThese.sort()).toEqual(mails.sort());
      expect(ofThese.filter((mail) => !isSignatureValid(mail, publicKey))).toEqual([]);
      // The check can say no.
      expect(isSignatureValid(ofThese[0]!.replace('Gr', 'gr'), publicKey)).toBe(false);
      // Not at the time that their back-off had come to.
      if (waitMs > 0) expect(tookMs).toBeLessThan(waitMs);
      console.warn(
        `${mailCount} mails of ${Math.round((backAt - awaySince) / 1000)} s in which Postfix was ${what} were delivered ${tookMs} ms after it was back; their back-offs would have ended after ${Math.round(waitMs / 1000)} s`,
      );
    },
    awayMs + 3 * longest,
  );
});
