import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { MailReceiver, refusal } from '@sluice/tool-acceptance/receivers';
import { ReleaseFixture } from '../testing/release-fixture.js';

const objectCount = 300;
const releasesOfEach = 10;
const longest = 300_000;

describe('notifier processes that release mail', () => {
  let fixture: ReleaseFixture;
  let receiver: MailReceiver;
  const behaviour: { answerMs: number; onData?: (source: string) => Error | null } = { answerMs: 0 };

  beforeAll(async () => {
    fixture = await ReleaseFixture.start();
  }, longest);
  beforeEach(async () => {
    behaviour.answerMs = 0;
    delete behaviour.onData;
    receiver = await MailReceiver.start(behaviour);
    await fixture.database.query('TRUNCATE ledger.releases');
  });
  afterEach(async () => {
    await fixture.killAll();
    await receiver.stop();
  });
  afterAll(() => fixture.stop());

  const start = () => fixture.startNotifier(receiver.port);
  const mailOf = (n: number): string =>
    `From: joerg@example.com\r\nSubject: mail ${n}\r\nMessage-ID: <${n}@example.com>\r\n\r\n${'Grüße '.repeat(1500)}\r\n`;

  it(
    'killed when the receiver has a mail and its answer is not written down: the next one sends the same bytes again',
    async () => {
      const mail = mailOf(1);
      behaviour.answerMs = 2 * longest;
      await fixture.release([await fixture.keep(mail)]);
      const first = start();
      await until(() => Promise.resolve(receiver.mails.length === 1), longest);
      await fixture.kill(first);
      expect(await fixture.states()).toEqual({ waiting: 1 });
      behaviour.answerMs = 0;
      start();
      await until(async () => (await fixture.states())['delivered'] === 1, longest);
      expect(receiver.mails.map(({ source }) => source)).toEqual([mail, mail]);
    },
    3 * longest,
  );

  it(
    'killed again and again among many: each mail arrives, unchanged, and only those under way come twice',
    async () => {
      const objects = [];
      for (let n = 0; n < 100; n += 1) objects.push(await fixture.keep(mailOf(n)));
      behaviour.answerMs = 50;
      await fixture.release(objects);
      for (let round = 1; round <= 3; round += 1) {
        const one = start();
        await until(() => Promise.resolve(receiver.mails.length >= round * 20), longest);
        await fixture.kill(one);
      }
      start();
      await until(async () => (await fixture.states())['delivered'] === 100, longest);
      const sources = receiver.mails.map(({ source }) => source);
      expect(new Set(sources)).toEqual(new Set(objects.map(({ mail }) => mail)));
      // Eight at once, three times.
      expect(sources.length).toBeLessThanOrEqual(100 + 3 * 8);
    },
    3 * longest,
  );

  it(
    'whose receiver refuses every third: the others arrive once, and each refusal is told and final',
    async () => {
      const objects = [];
      for (let n = 0; n < 200; n += 1) objects.push(await fixture.keep(mailOf(n)));
      const asked: number[] = [];
      behaviour.onData = (source) => {
        const n = Number(/^Subject: mail (\d+)/m.exec(source)?.[1]);
        asked.push(n);
        return n % 3 === 0 ? refusal(554, '5.7.1 not wanted') : null;
      };
      await fixture.release(objects);
      start();
      await until(async () => (await fixture.states())['waiting'] === undefined, longest);
      expect(await fixture.states()).toEqual({ delivered: 133, refused: 67 });
      expect(asked.sort((one, other) => one - other)).toEqual(objects.map((_, n) => n));
      expect(receiver.mails).toHaveLength(133);
      const { rows } = await fixture.database.query<{ answers: string }>(
        `SELECT DISTINCT answers ->> 0 AS answers FROM ledger.releases WHERE state = 'refused'`,
      );
      expect(rows.map(({ answers }) => answers)).toEqual([expect.stringContaining('554 5.7.1 not wanted')]);
    },
    longest,
  );

  it(
    'one of them releases many, each once; says how many a second',
    async () => {
      const objects = [];
      for (let n = 0; n < objectCount; n += 1) objects.push(await fixture.keep(mailOf(n)));
      const total = objectCount * releasesOfEach;
      await fixture.release(objects, releasesOfEach);
      start();
      await until(async () => (await fixture.states())['delivered'] === total, longest);
      expect(receiver.mails).toHaveLength(total);
      const times = receiver.mails.map(({ atMs }) => atMs).sort((one, other) => one - other);
      const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
      console.warn(
        `${total} releases of ${Buffer.byteLength(mailOf(0))} bytes in ${tookMs} ms: ${Math.round((1000 * total) / tookMs)} a second`,
      );
    },
    3 * longest,
  );
});
