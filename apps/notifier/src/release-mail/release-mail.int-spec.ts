import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addQuarantineKey,
  MailDigest,
  openObjectStore,
  QuarantineKeys,
  readKept,
  readSealingKey,
  sealKept,
} from '@sluice/object-store';
import { until } from '@sluice/timing';
import { MailReceiver, refusal } from '@sluice/tool-acceptance/receivers';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import type { Work } from '../start-work.js';
import { NotifierFixture } from '../testing/notifier-fixture.js';
import { ReleaseTransport } from './release-transport.js';

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const original = [
  'From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>',
  `To: ${anna}`,
  'Subject: Invoice',
  'Message-ID: <17@example.com>',
  '',
  'Grüße',
  '.',
  '..two dots',
  'x'.repeat(4000),
  '',
].join('\r\n');

function digestOf(source: string): string {
  const digest = new MailDigest();
  digest.write(Buffer.from(source));
  return digest.end();
}

interface Answer {
  readonly recipient: string;
  readonly outcome: string;
  readonly answer: string;
}

interface Row {
  readonly state: string;
  readonly attempts: number;
  readonly pending: string[];
  readonly answers: Answer[];
  readonly attempt_log: { count: number; answers: Answer[] }[];
}

describe('mail that an operator released', () => {
  let fixture: NotifierFixture;
  let folder: string;
  let store: Awaited<ReturnType<typeof openObjectStore>>;
  let keys: QuarantineKeys;
  let receiver: MailReceiver;
  let work: Work | undefined;

  beforeAll(async () => {
    fixture = await NotifierFixture.start();
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-release-'));
    store = await openObjectStore(`file://${folder}`);
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(path.join(folder, 'keys'), privatePems);
    await writeFile(path.join(folder, 'public'), publicPem);
    keys = await QuarantineKeys.read(path.join(folder, 'keys'));
  });
  afterAll(async () => {
    await fixture?.stop();
    await store?.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    await fixture.rows('TRUNCATE ledger.releases');
  });
  afterEach(async () => {
    await work?.stop(0);
    await receiver?.stop();
  });

  function start(leaseMs?: number): Work {
    const at = {
      host: '127.0.0.1',
      port: receiver.port,
      security: 'none',
      username: null,
      password: null,
    } as const;
    work = fixture.startNotifier({
      releases: {
        to: `127.0.0.1:${receiver.port}`,
        from: 'postmaster@example.org',
        transport: new ReleaseTransport(at, 'notifier.example'),
        openStore: () => Promise.resolve({ read: (key) => readKept(store, key, keys) }),
        ...(leaseMs === undefined ? {} : { leaseMs }),
      },
    });
    return work;
  }

  async function release(changes: Record<string, unknown> = {}, source = original): Promise<string> {
    const writer = await store.create();
    await writer.write(Buffer.from(source));
    await writer.commit();
    const row = {
      id: randomUUID(),
      object_key: writer.key,
      sha256: createHash('sha256').update(source).digest('hex'),
      form: 'original',
      mail_from: 'joerg@example.com',
      subject: 'Invoice',
      recipients: [anna],
      ...changes,
    };
    await fixture.rows(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, subject, recipients, pending,
         operator, created_at, due_at)
       SELECT r.id, gen_random_uuid(), r.object_key, r.sha256, r.form, r.mail_from, r.subject, r.recipients, r.recipients,
         'admin', clock_timestamp(), clock_timestamp()
       FROM jsonb_populate_record(NULL::ledger.releases, $1) r`,
      [JSON.stringify(row)],
    );
    return row.id;
  }

  /** The object of a release, in its encrypted form alone. Answers where that is. */
  async function seal(id: string, publicFile = 'public'): Promise<string> {
    const [row] = await fixture.rows<{ object_key: string }>(
      'SELECT object_key FROM ledger.releases WHERE id = $1',
      [id],
    );
    const key = row!.object_key;
    await sealKept(store, key, await readSealingKey(path.join(folder, publicFile)));
    await store.delete(key);
    return path.join(folder, key.slice(0, 2), `${key}.sealed`);
  }

  const rowOf = async (id: string): Promise<Row> => {
    const [row] = await fixture.rows<Row>(
      'SELECT state, attempts, pending, answers, attempt_log FROM ledger.releases WHERE id = $1',
      [id],
    );
    return row!;
  };
  const ended = (id: string): Promise<Row> =>
    until(async () => {
      const row = await rowOf(id);
      return row.state !== 'waiting' && row;
    });

  it.each([
    ['no recipient’s', { recipients: [''] }],
    ['a recipient’s that goes on', { recipients: ['a@example.org>\r\nRCPT TO:<b@example.org'] }],
    ['a sender’s that goes on', { mail_from: 'a@example.org>\r\nRCPT TO:<b@example.org' }],
  ])(
    'is refused for an address that is %s, and the receiver is not taken for away',
    async (_what, changes) => {
      receiver = await MailReceiver.start();
      const id = await release(changes);
      start();
      await until(async () => (await rowOf(id)).state === 'refused');
      expect(receiver.mails).toEqual([]);
      expect((await rowOf(id)).answers).toEqual([expect.objectContaining({ outcome: 'refused' })]);
    },
  );
  it.each([
    ['"a\\"b"@example.org', "o'hara+x=y@example.com"],
    ['jörg@example.org', 'joerg@[192.0.2.1]'],
  ])('arrives at %s from %s, which no one takes for others', async (recipient, sender) => {
    receiver = await MailReceiver.start();
    start();
    const id = await release({ recipients: [recipient], mail_from: sender });
    expect(await ended(id)).toMatchObject({ state: 'delivered', answers: [{ recipient, outcome: 'taken' }] });
    expect(receiver.mails).toMatchObject([{ from: sender, to: [recipient] }]);
  });
  it('arrives once with its envelope, byte by byte', async () => {
    receiver = await MailReceiver.start();
    start();
    const id = await release({ recipients: [anna, berta] });
    expect(await ended(id)).toMatchObject({
      state: 'delivered',
      attempts: 1,
      answers: [
        { recipient: anna, outcome: 'taken', answer: '250 taken as 1' },
        { recipient: berta, outcome: 'taken' },
      ],
    });
    expect(receiver.mails).toMatchObject([
      { from: 'joerg@example.com', to: [anna, berta], source: original },
    ]);
  });

  it('has the null sender when it had none', async () => {
    receiver = await MailReceiver.start();
    start();
    await ended(await release({ mail_from: '' }));
    expect(receiver.mails).toMatchObject([{ from: '', to: [anna] }]);
  });

  it('comes attached to a mail that says so, when that was asked for', async () => {
    receiver = await MailReceiver.start();
    start();
    const id = await release({ form: 'attachment', recipients: [berta] });
    await ended(id);
    expect(receiver.mails).toMatchObject([{ from: 'postmaster@example.org', to: [berta] }]);
    const mail = await PostalMime.parse(receiver.mails[0]!.source, { forceRfc822Attachments: true });
    expect(mail).toMatchObject({ subject: 'Released from quarantine: Invoice', to: [{ address: berta }] });
    // What a mail sensor would have asked about.
    expect(await fixture.rows('SELECT wrapper_digest FROM ledger.releases WHERE id = $1', [id])).toEqual([
      { wrapper_digest: digestOf(receiver.mails[0]!.source) },
    ]);
    const inner = mail.attachments[0]!;
    expect(inner).toMatchObject({ mimeType: 'message/rfc822', filename: 'message.eml' });
    // The parser has line ends of its own.
    const text = Buffer.from(inner.content as ArrayBuffer).toString('utf8');
    expect(text.trimEnd()).toBe(original.replaceAll('\r\n', '\n').trimEnd());
  });

  it('that is held and refused is reported to its sender, from the null sender, even when it is gone', async () => {
    receiver = await MailReceiver.start();
    const refused = { form: 'refusal', mail_from: '', recipients: ['joerg@example.com'] };
    const ids = [await release(refused), await release({ ...refused, object_key: 'e'.repeat(32) })];
    await fixture.rows('UPDATE ledger.releases SET undelivered = $1, held_at = clock_timestamp()', [
      [anna, berta],
    ]);
    start();
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    const sources = receiver.mails.map(({ from, to, source }) => {
      expect([from, to]).toEqual(['', ['joerg@example.com']]);
      return source;
    });
    for (const source of sources) {
      expect(source).toContain('report-type=delivery-status');
      expect(source).toContain(`Final-Recipient: rfc822; ${berta}`);
      expect(source).not.toContain('Grüße');
    }
    expect(sources.filter((source) => source.includes('Message-ID: <17@example.com>'))).toHaveLength(1);
  });

  it('is answered for each recipient, and asked again only for those that were put off', async () => {
    let isGreylisting = true;
    const refuse = {
      get [anna]() {
        return isGreylisting ? 450 : undefined;
      },
      'none@example.org': 550,
    } as Record<string, number>;
    receiver = await MailReceiver.start({ refuse });
    start();
    const id = await release({ recipients: [anna, berta, 'none@example.org'] });
    const first = await until(async () => {
      const row = await rowOf(id);
      return row.attempts === 1 && row;
    });
    expect(first).toMatchObject({ state: 'waiting', pending: [anna] });
    isGreylisting = false;
    await fixture.rows('UPDATE ledger.releases SET due_at = clock_timestamp()');
    const row = await ended(id);
    expect(row).toMatchObject({ state: 'refused', attempts: 2 });
    expect(Object.fromEntries(row.answers.map((one) => [one.recipient, one.outcome]))).toEqual({
      [anna]: 'taken',
      [berta]: 'taken',
      'none@example.org': 'refused',
    });
    expect(receiver.mails.map(({ to }) => to)).toEqual([[berta], [anna]]);
  });

  it('is refused with the answer when the receiver refuses its content', async () => {
    receiver = await MailReceiver.start({ onData: () => refusal(554, '5.7.1 we do not want this') });
    start();
    expect(await ended(await release())).toMatchObject({
      state: 'refused',
      answers: [{ recipient: anna, outcome: 'refused', answer: '554 5.7.1 we do not want this' }],
    });
  });

  it('is never sent when the stored bytes are others, or gone', async () => {
    receiver = await MailReceiver.start();
    start();
    const altered = await release({ sha256: 'a'.repeat(64) });
    const gone = await release({ object_key: 'f'.repeat(32) });
    expect(await ended(altered)).toMatchObject({
      state: 'refused',
      answers: [{ answer: 'the stored mail is not the one that was judged' }],
    });
    expect(await ended(gone)).toMatchObject({ answers: [{ answer: 'the mail is no longer kept' }] });
    expect(receiver.mails).toEqual([]);
  });

  it('arrives as it was when it is kept encrypted, and not at all when that was cut', async () => {
    receiver = await MailReceiver.start();
    const [id, cut] = [await release(), await release()];
    await seal(id);
    const file = await seal(cut);
    const sealed = await readFile(file);
    await writeFile(file, sealed.subarray(0, sealed.length - 20));
    start();
    expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(await ended(cut)).toMatchObject({
      state: 'refused',
      answers: [{ answer: 'the stored mail is not the one that was judged' }],
    });
    expect(receiver.mails.map(({ source }) => source)).toEqual([original]);
  });

  it('waits for a key that is not here, and says which', async () => {
    receiver = await MailReceiver.start();
    const { privatePems, publicPem, keyId } = addQuarantineKey();
    await writeFile(path.join(folder, 'later'), publicPem);
    const id = await release();
    await seal(id, 'later');
    start();
    const waiting = await until(async () => {
      const row = await rowOf(id);
      return row.attempts === 1 && row;
    });
    expect(waiting).toMatchObject({ state: 'waiting', answers: [{ outcome: 'later' }] });
    expect(waiting.answers[0]?.answer).toContain(keyId);
    const before = await readFile(path.join(folder, 'keys'), 'utf8');
    await writeFile(path.join(folder, 'keys'), privatePems + before);
    await fixture.rows('UPDATE ledger.releases SET due_at = clock_timestamp()');
    expect(await ended(id)).toMatchObject({ state: 'delivered' });
    expect(receiver.mails).toHaveLength(1);
  });

  it('waits for a receiver that is away, without counting attempts, and is there when that is back', async () => {
    receiver = await MailReceiver.start();
    const { port } = receiver;
    await receiver.stop();
    start();
    const ids = [];
    for (let count = 0; count < 20; count += 1) ids.push(await release({}, `${original}${count}\r\n`));
    await until(
      async () => (await fixture.rows(`SELECT FROM ledger.releases WHERE lease IS NOT NULL`)).length > 0,
    );
    receiver = await MailReceiver.start({}, port);
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(new Set(receiver.mails.map(({ source }) => source)).size).toBe(20);
    expect(receiver.mails).toHaveLength(20);
  });

  it('waits for a receiver that is down or puts everything off for an hour, says so, and arrives once', async () => {
    receiver = await MailReceiver.start();
    const { port } = receiver;
    await receiver.stop();
    start();
    const id = await release({ recipients: [anna, berta] });
    const attempted = async (count: number): Promise<Row> =>
      until(async () => {
        const row = await rowOf(id);
        return row.attempt_log.reduce((sum, entry) => sum + entry.count, 0) >= count && row;
      });
    /** As if that much time had passed; what is being sent keeps its lease. */
    const moveBack = (minutes: number) =>
      fixture.rows(
        `UPDATE ledger.releases SET created_at = created_at - make_interval(mins => $1), due_at = due_at - make_interval(mins => $1)
         WHERE lease IS NULL`,
        [minutes],
      );
    for (let count = 1; count <= 6; count += 1) {
      const row = await attempted(count);
      expect(row).toMatchObject({ state: 'waiting', attempts: 0, pending: [anna, berta] });
      await moveBack(5);
    }
    const down = await rowOf(id);
    // However often it was asked, it is one entry, for whoever looks.
    expect(down.attempt_log).toHaveLength(1);
    expect(down.attempt_log[0]?.answers).toEqual(down.answers);
    expect(down.answers.map(({ answer }) => answer)).toEqual(
      [anna, berta].map(() => expect.stringContaining('ECONNREFUSED')),
    );

    let isBack = false;
    const seen = down.attempt_log[0]?.count ?? 0;
    receiver = await MailReceiver.start(
      { onData: () => (isBack ? null : refusal(451, '4.3.0 try later')) },
      port,
    );
    // The pause between attempts grows to a quarter of an hour.
    for (let count = 1; count <= 4; count += 1) {
      const row = await attempted(seen + count);
      expect(row).toMatchObject({ state: 'waiting', answers: [{ answer: '451 4.3.0 try later' }, {}] });
      await moveBack(15);
    }
    isBack = true;
    const row = await ended(id);
    expect(row.state).toBe('delivered');
    expect(row.attempt_log.map(({ answers }) => answers[0]?.answer)).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      '451 4.3.0 try later',
      expect.stringMatching(/^250 /),
    ]);
    expect(receiver.mails.map(({ to }) => to)).toEqual([[anna, berta]]);
  });

  it('leaves ahead of its time when a receiver that put everything off takes mail again', async () => {
    let isBack = false;
    receiver = await MailReceiver.start({ onData: () => (isBack ? null : refusal(452, '4.3.1 disk full')) });
    const ids = [await release(), await release({ recipients: [berta] })];
    start();
    await until(async () => {
      const rows = await Promise.all(ids.map(rowOf));
      return rows.every(({ attempts }) => attempts > 0);
    });
    await fixture.rows(
      `UPDATE ledger.releases SET due_at = clock_timestamp() + interval '1 day' WHERE lease IS NULL`,
    );
    isBack = true;
    for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'delivered' });
    expect(receiver.mails).toHaveLength(2);
  });

  it('is sent again by another when a notifier dies between sending and writing, with the same bytes', async () => {
    receiver = await MailReceiver.start();
    const id = await release();
    // What a killed one leaves: its lease, and a message of which no one noted that it was taken.
    await fixture.rows(
      `UPDATE ledger.releases SET lease = gen_random_uuid(), due_at = clock_timestamp() + interval '2 s'`,
    );
    start();
    expect(await ended(id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(receiver.mails).toMatchObject([{ source: original }]);
  });

  it('is not sent twice while a slow receiver takes longer than a lease', async () => {
    receiver = await MailReceiver.start({ answerMs: 6000 });
    start(4000);
    expect(await ended(await release())).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(receiver.mails).toHaveLength(1);
  });
});
