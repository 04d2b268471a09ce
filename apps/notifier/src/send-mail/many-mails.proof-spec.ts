import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Query } from '@sluice/database';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { createTransport } from 'nodemailer';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { sendSlotBySlot } from '../testing/send-slot-by-slot.js';

/** In all as many as two minutes of a chaos run raised; each round by both ways, so that both meet what else the machine does. */
const [rounds, perRound] = [4, 400];
const longest = 300_000;
/** Of one channel: as many as a notifier sends at once to it. */
const atOnce = 4;
/** Slot by slot it is two statements for a mail: one claims it, one notes how it went. */
const mostStatements = 1.4;
const leastGain = 1.2;

/** Of those that write attempts. */
function counting(database: Database): { readonly database: Database; readonly statements: () => number } {
  let count = 0;
  const counted =
    (query: Query): Query =>
    (text, values) => {
      if (text.includes('deliveries.attempts')) count += 1;
      return query(text, values);
    };
  const transaction: Database['transaction'] = (work) =>
    database.transaction((query) => work(counted(query)));
  const own = { query: counted(database.query), transaction } satisfies Partial<Database>;
  return { database: Object.assign(Object.create(database) as Database, own), statements: () => count };
}

/** One notifier, one channel, one rule: each alert is a mail of its own. */
describe('mails of many alerts', () => {
  let fixture: NotifierFixture;
  let receiver: MailReceiver;

  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    receiver = await MailReceiver.start();
  }, longest);
  afterAll(async () => {
    await fixture?.stop();
    await receiver?.stop();
  });

  /** What the receiver got of a round, each alert once, and how long it took from the first to the last. */
  function taken(): { readonly sources: readonly string[]; readonly tookMs: number } {
    const mails = receiver.mails.splice(0);
    const sources = mails.map(({ source }) => source);
    const events = sources.map((source) => /^X-Sluice-Event: (\S+)/im.exec(source)?.[1]);
    expect([events.length, new Set(events).size]).toEqual([perRound, perRound]);
    const times = mails.map(({ atMs }) => atMs).sort((one, other) => one - other);
    return { sources, tookMs: (times.at(-1) ?? 0) - (times[0] ?? 0) };
  }
  async function sendBare(sources: readonly string[]): Promise<void> {
    const transport = createTransport({
      host: '127.0.0.1',
      port: receiver.port,
      ignoreTLS: true,
      pool: true,
      maxConnections: atOnce,
      maxMessages: Infinity,
    });
    const envelope = { from: 'sluice@example.org', to: ['soc@example.org'] };
    await Promise.all(sources.map((raw) => transport.sendMail({ envelope, raw })));
    transport.close();
  }

  it(
    'leave once each, with fewer statements and more of them a second than slots that do one at a time send',
    async () => {
      const settings = {
        host: '127.0.0.1',
        port: receiver.port,
        from: 'sluice@example.org',
        security: 'none',
      };
      const channel = await fixture.channel('smtp', settings);
      await fixture.rule(channel, { to: ['soc@example.org'], maxPerHour: null });
      const [own, before] = [counting(fixture.ownDatabase), counting(fixture.ownDatabase)];
      const tookMs = { own: 0, before: 0, bare: 0 };
      for (let round = 0; round < rounds; round += 1) {
        await fixture.raise(perRound);
        await sendSlotBySlot(before.database, atOnce);
        tookMs.before += taken().tookMs;

        await fixture.raise(perRound);
        const notifier = fixture.startNotifier({ database: own.database });
        await until(() => Promise.resolve(receiver.mails.length >= perRound), longest);
        await fixture.until(channel, (rows) => rows.every(({ state }) => state === 'delivered'));
        await notifier.stop(0);
        const { sources, tookMs: ownMs } = taken();
        tookMs.own += ownMs;

        await sendBare(sources);
        tookMs.bare += taken().tookMs;
      }
      const mailCount = rounds * perRound;
      const rateOf = (ms: number): number => Math.round((1000 * mailCount) / ms);
      const statements = own.statements() / mailCount;
      console.warn(
        `${mailCount} mails of alerts left at ${rateOf(tookMs.own)} a second, with ${statements.toFixed(2)} statements for each; slot by slot at ${rateOf(tookMs.before)}, with ${(before.statements() / mailCount).toFixed(2)}; a bare sender's at ${rateOf(tookMs.bare)}`,
      );
      expect(before.statements()).toBeGreaterThanOrEqual(2 * mailCount);
      expect(statements).toBeLessThan(mostStatements);
      expect(tookMs.before / tookMs.own).toBeGreaterThan(leastGain);
    },
    4 * longest,
  );
});
