import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openObjectStore } from '@sluice/object-store';
import { until } from '@sluice/timing';
import type { KeyPair } from '@sluice/tls';
import { MailReceiver, serverKeys } from '@sluice/tool-acceptance/receivers';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseTransport } from '../release-mail/release-transport.js';
import { NotifierFixture } from '../testing/notifier-fixture.js';

const count = 1500;
const deadlineMs = 240_000;

/** What one notifier sends a second; the figures are in the log, since they say as much about the machine. */
describe('one notifier', () => {
  let keys: KeyPair;
  let fixture: NotifierFixture;
  let receiver: MailReceiver;
  beforeAll(async () => {
    keys = await serverKeys();
    fixture = await NotifierFixture.start();
    receiver = await MailReceiver.start({ keys });
  }, 60_000);
  afterAll(async () => {
    await fixture?.stop();
    await receiver?.stop();
  });

  async function measure(what: string): Promise<void> {
    const beforeMs = Date.now();
    const earlier = receiver.mails.length;
    await until(() => receiver.mails.length - earlier >= count, deadlineMs, 50);
    const perSecond = count / ((Date.now() - beforeMs) / 1000);
    console.info(`${what}: ${perSecond.toFixed(0)} a second, ${receiver.connectionCount} connections so far`);
    expect(receiver.mails.length - earlier).toBe(count);
  }

  it(
    `mails ${count} alerts over STARTTLS, each once`,
    async () => {
      const to = { host: '127.0.0.1', port: receiver.port, from: 'sluice@example.org', ca: keys.certPem };
      const channel = await fixture.channel('smtp', to);
      await fixture.rule(channel, { to: ['anna@example.org'], maxPerHour: null });
      await fixture.raise(count);
      fixture.startNotifier();
      await measure('alerts');
      expect(receiver.connectionCount).toBeLessThan(count / 50);
    },
    deadlineMs + 60_000,
  );

  it(
    `releases ${count} mails, each once`,
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'sluice-rate-'));
      const store = await openObjectStore(`file://${folder}`);
      const writer = await store.create();
      const source = `Subject: released\r\n\r\n${'A line of a mail.\r\n'.repeat(2000)}`;
      await writer.write(Buffer.from(source));
      await writer.commit();
      await fixture.rows(
        `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, operator,
           created_at, due_at)
         SELECT gen_random_uuid(), gen_random_uuid(), $1, $2, 'original', 'a@example.com', '{anna@example.org}',
           '{anna@example.org}', 'admin', now(), now() FROM generate_series(1, $3)`,
        [writer.key, createHash('sha256').update(source).digest('hex'), count],
      );
      const at = { host: '127.0.0.1', port: receiver.port, security: 'none', username: null, password: null } as const;
      fixture.startNotifier({
        instance: 'notifier-2',
        releases: {
          to: 'here',
          from: 'postmaster@example.org',
          transport: releaseTransport(at, 'notifier.example'),
          openStore: () => Promise.resolve(store),
        },
      });
      await measure('releases');
      await store.close();
      await rm(folder, { recursive: true });
    },
    deadlineMs + 60_000,
  );
});
