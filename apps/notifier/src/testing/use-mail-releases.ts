import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import {
  addQuarantineKey,
  openObjectStore,
  QuarantineKeys,
  readKept,
  readSealingKey,
  sealKept,
} from '@sluice/object-store';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ReleaseTransport } from '../release-mail/release-transport.js';
import type { Work } from '../start-work.js';
import { NotifierFixture } from './notifier-fixture.js';

export const [anna, berta] = ['anna@example.org', 'berta@example.org'];
/** The mail that is released, unless it is another one. */
export const original = [
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

interface Answer {
  readonly recipient: string;
  readonly outcome: string;
  readonly answer: string;
}

/** What a release came to. */
export interface ReleaseRow {
  readonly state: string;
  readonly attempts: number;
  readonly pending: string[];
  readonly answers: Answer[];
  readonly attempt_log: { count: number; answers: Answer[] }[];
}

/** Mails that an operator released, a notifier within this process, and a receiver that each test starts as it likes. */
export class MailReleases {
  fixture!: NotifierFixture;
  folder!: string;
  receiver!: MailReceiver;
  private store!: Awaited<ReturnType<typeof openObjectStore>>;
  private keys!: QuarantineKeys;
  private work: Work | undefined;

  receive = async (...options: Parameters<typeof MailReceiver.start>): Promise<MailReceiver> => {
    this.receiver = await MailReceiver.start(...options);
    return this.receiver;
  };

  start = (leaseMs?: number): Work => {
    const at = {
      host: '127.0.0.1',
      port: this.receiver.port,
      security: 'none',
      username: null,
      password: null,
    } as const;
    this.work = this.fixture.startNotifier({
      releases: {
        to: `127.0.0.1:${this.receiver.port}`,
        from: 'postmaster@example.org',
        transport: new ReleaseTransport(at, 'notifier.example'),
        openStore: () => Promise.resolve({ read: (key) => readKept(this.store, key, this.keys) }),
        ...(leaseMs === undefined ? {} : { leaseMs }),
      },
    });
    return this.work;
  };

  /** As `results` writes it down; answers its id. */
  release = async (changes: Record<string, unknown> = {}, source = original): Promise<string> => {
    const writer = await this.store.create();
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
    await this.fixture.rows(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, subject, recipients, pending,
         operator, created_at, due_at)
       SELECT r.id, gen_random_uuid(), r.object_key, r.sha256, r.form, r.mail_from, r.subject, r.recipients, r.recipients,
         'admin', clock_timestamp(), clock_timestamp()
       FROM jsonb_populate_record(NULL::ledger.releases, $1) r`,
      [JSON.stringify(row)],
    );
    return row.id;
  };

  /** The object of a release, in its encrypted form alone. Answers where that is. */
  seal = async (id: string, publicFile = 'public'): Promise<string> => {
    const [row] = await this.fixture.rows<{ object_key: string }>(
      'SELECT object_key FROM ledger.releases WHERE id = $1',
      [id],
    );
    const key = row!.object_key;
    await sealKept(this.store, key, await readSealingKey(path.join(this.folder, publicFile)));
    await this.store.delete(key);
    return path.join(this.folder, key.slice(0, 2), `${key}.sealed`);
  };

  rowOf = async (id: string): Promise<ReleaseRow> => {
    const [row] = await this.fixture.rows<ReleaseRow>(
      'SELECT state, attempts, pending, answers, attempt_log FROM ledger.releases WHERE id = $1',
      [id],
    );
    return row!;
  };

  /** Once it waits no longer. */
  ended = (id: string): Promise<ReleaseRow> =>
    until(async () => {
      const row = await this.rowOf(id);
      return row.state !== 'waiting' && row;
    });

  async begin(): Promise<void> {
    this.fixture = await NotifierFixture.start();
    this.folder = await mkdtemp(path.join(tmpdir(), 'sluice-release-'));
    this.store = await openObjectStore(`file://${this.folder}`);
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(path.join(this.folder, 'keys'), privatePems);
    await writeFile(path.join(this.folder, 'public'), publicPem);
    this.keys = await QuarantineKeys.read(path.join(this.folder, 'keys'));
  }

  async endTest(): Promise<void> {
    await this.work?.stop(0);
    await this.receiver?.stop();
  }

  async end(): Promise<void> {
    await this.fixture?.stop();
    await this.store?.close();
    await rm(this.folder, { recursive: true });
  }
}

/** In a database and a store of a suite's own; nothing is released before each test. */
export function useMailReleases(): MailReleases {
  const on = new MailReleases();
  beforeAll(() => on.begin());
  afterAll(() => on.end());
  beforeEach(async () => {
    await on.fixture.rows('TRUNCATE ledger.releases');
  });
  afterEach(() => on.endTest());
  return on;
}
