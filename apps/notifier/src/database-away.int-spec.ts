import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DatabaseError, type Database } from '@sluice/database';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { NotifierFixture } from './testing/notifier-fixture.js';

/** Fails from the moment on at which this work begins, for everyone, as a server that is killed; until it is back. */
class KilledAt {
  isAway = false;
  failures = 0;
  readonly database: Database;

  constructor(database: Database, isMoment: (call: 'query' | 'transaction', text: string) => boolean) {
    const answered = <T>(call: 'query' | 'transaction', text: string, go: () => Promise<T>): Promise<T> => {
      this.isAway ||= this.failures === 0 && isMoment(call, text);
      if (!this.isAway) return go();
      this.failures += 1;
      return Promise.reject(new DatabaseError('unavailable', null, 'killed'));
    };
    const query: Database['query'] = (text, values) =>
      answered('query', text, () => database.query(text, values));
    const transaction: Database['transaction'] = (work) =>
      answered('transaction', '', () => database.transaction(work));
    this.database = Object.assign(Object.create(database) as Database, { query, transaction });
  }
}

describe('notifications while the database is away', () => {
  let fixture: NotifierFixture;
  let receiver: MailReceiver;
  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    receiver = await MailReceiver.start();
  });
  afterAll(async () => {
    await fixture.stop();
    await receiver.stop();
  });

  // Nothing else finds work then that could wake what failed.
  it.each<[string, (call: 'query' | 'transaction', text: string) => boolean]>([
    ['they are made', (call) => call === 'transaction'],
    ['they are claimed', (_call, text) => text.includes('INSERT INTO deliveries.attempts')],
  ])('go on when it is back, without a restart, also where it went as %s', async (_what, isMoment) => {
    receiver.mails.length = 0;
    const { port } = receiver;
    const settings = { host: '127.0.0.1', port, from: 'sluice@example.org', security: 'none' };
    const channel = await fixture.channel('smtp', settings);
    await fixture.rule(channel, { to: ['soc@example.org'] });
    const killed = new KilledAt(fixture.ownDatabase, isMoment);
    const notifier = fixture.startNotifier({ database: killed.database });
    // The next one's alert is not for it.
    onTestFinished(async () => {
      await notifier.stop(0);
      await fixture.rows('UPDATE deliveries.rules SET is_enabled = false');
    });
    await fixture.raise();
    await until(() => killed.failures > 2);
    killed.isAway = false;
    await until(() => receiver.mails.length > 0);
    await fixture.until(channel, (rows) => rows.length === 1 && rows[0]?.state === 'delivered');
    expect(receiver.mails).toHaveLength(1);
  });
});
