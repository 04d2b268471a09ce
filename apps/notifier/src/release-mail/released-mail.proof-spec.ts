import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type Database } from '@sluice/database';
import { addQuarantineKey, openObjectStore, readSealingKey, sealKept } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { createTestDatabase, type TestDatabase } from '@sluice/schema/testing';
import { until } from '@sluice/timing';
import { MailReceiver } from '@sluice/tool-acceptance/receivers';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../../dist/main.js');
const objectCount = 300;
const releasesOfEach = 10;
const longest = 300_000;

/** Real processes of the notifier over what is really encrypted; the broker is away, which releases do not need. */
describe('notifier processes that release mail', () => {
  let folder: string;
  let testDatabase: TestDatabase;
  let database: Database;
  let store: Awaited<ReturnType<typeof openObjectStore>>;
  let receiver: MailReceiver;
  const behaviour = { answerMs: 0 };
  const processes: ChildProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-released-'));
    testDatabase = await createTestDatabase();
    const logger = createLogger({ service: 'notifier', instance: 'test', level: 'silent' });
    database = createDatabase({ url: testDatabase.url, poolSize: 4, queryTimeoutMs: 30_000, logger });
    store = await openObjectStore(`file://${folder}`);
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(path.join(folder, 'keys'), privatePems);
    await writeFile(path.join(folder, 'public'), publicPem);
  }, longest);
  beforeEach(async () => {
    behaviour.answerMs = 0;
    receiver = await MailReceiver.start(behaviour);
    await database.query('TRUNCATE ledger.releases');
  });
  afterEach(async () => {
    for (const one of processes.splice(0)) await kill(one);
    await receiver.stop();
  });
  afterAll(async () => {
    await store.close();
    await database.end();
    await testDatabase.drop();
    await rm(folder, { recursive: true });
  });

  function start(): ChildProcess {
    const one = spawn(process.execPath, [program], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'silent',
        AMQP_URL: 'amqp://127.0.0.1:1',
        MANAGEMENT_PORT: '0',
        DATABASE_URL: testDatabase.url,
        NOTIFIER_KEY_FILE: path.join(folder, 'notifier.key'),
        RELEASE_SMTP_URL: `smtp://127.0.0.1:${receiver.port}`,
        OBJECT_STORE_URL: `file://${folder}`,
        QUARANTINE_KEYS_FILE: path.join(folder, 'keys'),
      },
    });
    processes.push(one);
    return one;
  }
  async function kill(one: ChildProcess): Promise<void> {
    if (one.exitCode !== null || one.signalCode !== null) return;
    const ended = once(one, 'exit');
    one.kill('SIGKILL');
    await ended;
  }

  const mailOf = (n: number): string =>
    `From: joerg@example.com\r\nSubject: mail ${n}\r\nMessage-ID: <${n}@example.com>\r\n\r\n${'Grüße '.repeat(1500)}\r\n`;
  async function keep(mail: string): Promise<string> {
    const writer = await store.create();
    await writer.write(Buffer.from(mail));
    await writer.commit();
    await sealKept(store, writer.key, await readSealingKey(path.join(folder, 'public')));
    await store.delete(writer.key);
    return writer.key;
  }
  /** As `results` writes them down. */
  const release = (objects: readonly { key: string; mail: string }[], ofEach = 1) =>
    database.query(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, operator,
         created_at, due_at)
       SELECT gen_random_uuid(), $3, key, sha256, 'original', 'joerg@example.com', '{anna@example.org}',
         '{anna@example.org}', 'ann', clock_timestamp(), clock_timestamp()
       FROM unnest($1::text[], $2::text[]) o (key, sha256), generate_series(1, $4)`,
      [
        objects.map(({ key }) => key),
        objects.map(({ mail }) => createHash('sha256').update(mail).digest('hex')),
        ...[randomUUID(), ofEach],
      ],
    );
  const states = async (): Promise<Record<string, number>> => {
    const { rows } = await database.query<{ state: string; count: number }>(
      'SELECT state, count(*)::int AS count FROM ledger.releases GROUP BY state',
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  };

  it(
    'killed when the receiver has a mail and its answer is not written down: the next one sends the same bytes again',
    async () => {
      const mail = mailOf(1);
      behaviour.answerMs = 2 * longest;
      await release([{ key: await keep(mail), mail }]);
      const first = start();
      await until(() => Promise.resolve(receiver.mails.length === 1), longest);
      await kill(first);
      expect(await states()).toEqual({ waiting: 1 });
      behaviour.answerMs = 0;
      start();
      await until(async () => (await states())['delivered'] === 1, longest);
      expect(receiver.mails.map(({ source }) => source)).toEqual([mail, mail]);
    },
    3 * longest,
  );

  it(
    'killed again and again among many: each mail arrives, unchanged, and only those under way come twice',
    async () => {
      const objects = [];
      for (let n = 0; n < 100; n += 1) objects.push({ key: await keep(mailOf(n)), mail: mailOf(n) });
      behaviour.answerMs = 50;
      await release(objects);
      for (let round = 1; round <= 3; round += 1) {
        const one = start();
        await until(() => Promise.resolve(receiver.mails.length >= round * 20), longest);
        await kill(one);
      }
      start();
      await until(async () => (await states())['delivered'] === 100, longest);
      const sources = receiver.mails.map(({ source }) => source);
      expect(new Set(sources)).toEqual(new Set(objects.map(({ mail }) => mail)));
      // Eight at once, three times.
      expect(sources.length).toBeLessThanOrEqual(100 + 3 * 8);
    },
    3 * longest,
  );

  it(
    'one of them releases many, each once; says how many a second',
    async () => {
      const objects = [];
      for (let n = 0; n < objectCount; n += 1) objects.push({ key: await keep(mailOf(n)), mail: mailOf(n) });
      const total = objectCount * releasesOfEach;
      await release(objects, releasesOfEach);
      start();
      await until(async () => (await states())['delivered'] === total, longest);
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
