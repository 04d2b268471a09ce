import { createDatabase, type Database } from '@sluice/database';
import { addQuarantineKey, openObjectStore, readSealingKey, sealKept } from '@sluice/object-store';
import { createLogger } from '@sluice/runtime';
import { createTestDatabase, type TestDatabase } from '@sluice/schema/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = path.resolve(import.meta.dirname, '../../dist/main.js');

export interface KeptMail {
  readonly key: string;
  readonly mail: string;
}

/** Real processes of the notifier over what is really encrypted; the broker is away, which releases do not need. */
export class ReleaseFixture {
  readonly processes: ChildProcess[] = [];

  private constructor(
    private readonly folder: string,
    private readonly testDatabase: TestDatabase,
    readonly database: Database,
    private readonly store: Awaited<ReturnType<typeof openObjectStore>>,
  ) {}

  static async start(): Promise<ReleaseFixture> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-released-'));
    await mkdir(path.join(folder, 'objects'));
    const testDatabase = await createTestDatabase();
    const logger = createLogger({ service: 'notifier', instance: 'test', level: 'silent' });
    const database = createDatabase({
      url: testDatabase.url,
      poolSize: 4,
      queryTimeoutMs: 60_000,
      logger,
    });
    const store = await openObjectStore(`file://${folder}/objects`);
    const { privatePems, publicPem } = addQuarantineKey();
    await writeFile(path.join(folder, 'keys'), privatePems);
    await writeFile(path.join(folder, 'public'), publicPem);
    return new ReleaseFixture(folder, testDatabase, database, store);
  }

  get keysFile(): string {
    return path.join(this.folder, 'keys');
  }
  get publicKeyFile(): string {
    return path.join(this.folder, 'public');
  }
  get objectFolder(): string {
    return path.join(this.folder, 'objects');
  }

  async stop(): Promise<void> {
    await this.killAll();
    await this.store.close();
    await this.database.end();
    await this.testDatabase.drop();
    await rm(this.folder, { recursive: true });
  }

  /** A notifier that releases to this port of loopback; what it says to its operator goes to `log`. */
  startNotifier(port: number, log?: (text: string) => void): ChildProcess {
    const one = spawn(process.execPath, [program], {
      stdio: ['ignore', log === undefined ? 'ignore' : 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: log === undefined ? 'silent' : 'error',
        AMQP_URL: 'amqp://127.0.0.1:1',
        MANAGEMENT_PORT: '0',
        DATABASE_URL: this.testDatabase.url,
        NOTIFIER_KEY_FILE: path.join(this.folder, 'notifier.key'),
        RELEASE_SMTP_URL: `smtp://127.0.0.1:${port}`,
        OBJECT_STORE_URL: `file://${this.objectFolder}`,
        QUARANTINE_KEYS_FILE: this.keysFile,
      },
    });
    one.stdout?.on('data', (data: Buffer) => log?.(data.toString()));
    this.processes.push(one);
    return one;
  }

  async kill(one: ChildProcess): Promise<void> {
    if (one.exitCode !== null || one.signalCode !== null) return;
    const ended = once(one, 'exit');
    one.kill('SIGKILL');
    await ended;
  }

  async killAll(): Promise<void> {
    for (const one of this.processes.splice(0)) await this.kill(one);
  }

  async keep(mail: string): Promise<KeptMail> {
    const writer = await this.store.create();
    await writer.write(Buffer.from(mail));
    await writer.commit();
    await sealKept(this.store, writer.key, await readSealingKey(this.publicKeyFile));
    await this.store.delete(writer.key);
    return { key: writer.key, mail };
  }

  /** As `results` writes them down. */
  release(objects: readonly KeptMail[], ofEach = 1, to = 'anna@example.org') {
    return this.database.query(
      `INSERT INTO ledger.releases (id, submission_id, object_key, sha256, form, mail_from, recipients, pending, operator,
         created_at, due_at)
       SELECT gen_random_uuid(), $3, key, sha256, 'original', 'joerg@example.com', ARRAY[$5],
         ARRAY[$5], 'ann', clock_timestamp(), clock_timestamp()
       FROM unnest($1::text[], $2::text[]) o (key, sha256), generate_series(1, $4)`,
      [
        objects.map(({ key }) => key),
        objects.map(({ mail }) => createHash('sha256').update(mail).digest('hex')),
        ...[randomUUID(), ofEach, to],
      ],
    );
  }

  async states(): Promise<Record<string, number>> {
    const { rows } = await this.database.query<{ state: string; count: number }>(
      'SELECT state, count(*)::int AS count FROM ledger.releases GROUP BY state',
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }
}
