import { createDatabase, type Database } from '@sluice/database';
import {
  createSealingKeyPair,
  ruleSchema,
  sealSecret,
  secretContext,
  type ChannelKind,
} from '@sluice/notifications';
import { createLogger } from '@sluice/runtime';
import { databaseRoles, migrate } from '@sluice/schema';
import { createTestDatabase, type TestDatabase } from '@sluice/schema/testing';
import { randomUUID } from 'node:crypto';
import { openSecretsWith } from '../keep-secrets/sealing-key.js';
import { startWork, type Work, type WorkOptions } from '../start-work.js';

export interface DeliveryRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_answer: string | null;
  readonly events_total: number | null;
  readonly event_id: string | null;
  readonly part_of: string | null;
  /** Being sent now. */
  readonly lease: string | null;
}

/** Against hanging: busy machines take their time. */
const deadlineMs = 90_000;

/** A ledger to raise alerts in, channels and rules, and notifiers that may be started and stopped. */
export class NotifierFixture {
  readonly keys = createSealingKeyPair();
  private readonly works: Work[] = [];
  private constructor(
    /** Of the owner. */
    readonly database: Database,
    /** With the rights of the notifier's role. */
    readonly ownDatabase: Database,
    private readonly ownLogin: string,
    private readonly testDatabase: TestDatabase,
  ) {}

  static async start(): Promise<NotifierFixture> {
    const testDatabase = await createTestDatabase();
    const database = connect(testDatabase.url);
    const login = `notifier_${randomUUID().replaceAll('-', '')}`;
    await database.query(
      `DO $$ BEGIN CREATE ROLE ${databaseRoles.notifier}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    // Grants for the role, should it be new.
    await migrate(testDatabase.url);
    await database.query(`CREATE ROLE ${login} LOGIN PASSWORD '${login}' IN ROLE ${databaseRoles.notifier}`);
    const ownUrl = new URL(testDatabase.url);
    ownUrl.username = login;
    ownUrl.password = login;
    return new NotifierFixture(database, connect(ownUrl.href), login, testDatabase);
  }

  startNotifier(
    options: Partial<Pick<WorkOptions, 'leaseMs' | 'instance' | 'releases' | 'database'>> = {},
  ): Work {
    const instance = options.instance ?? 'notifier-1';
    const work = startWork({
      database: options.database ?? this.ownDatabase,
      broker: { problem: null },
      logger: createLogger({ service: 'notifier', instance, level: 'silent' }),
      instance,
      privateKeyPem: this.keys.privateKeyPem,
      openSecrets: openSecretsWith(this.keys.privateKeyPem),
      version: '1.2.3',
      consoleUrl: 'https://console.example:9443',
      hostName: 'notifier.example',
      onAttempt: () => undefined,
      releases: options.releases ?? null,
      ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
    });
    this.works.push(work);
    return work;
  }

  async stop(): Promise<void> {
    await Promise.all(this.works.map((work) => work.stop(0)));
    await this.ownDatabase.end();
    await this.database.query(`DROP ROLE ${this.ownLogin}`);
    await this.database.end();
    await this.testDatabase.drop();
  }

  async channel(kind: ChannelKind, settings: object, secrets: Record<string, string> = {}): Promise<string> {
    const id = randomUUID();
    await this.rows('INSERT INTO deliveries.channels (id, name, kind, settings) VALUES ($1, $2, $3, $4)', [
      id,
      `${kind} ${id}`,
      kind,
      JSON.stringify(settings),
    ]);
    for (const [name, secret] of Object.entries(secrets))
      await this.rows(
        'INSERT INTO deliveries.channel_secrets (channel_id, name, sealed) VALUES ($1, $2, $3)',
        [id, name, sealSecret(this.keys.publicKey, secretContext(id, name), secret)],
      );
    return id;
  }

  async rule(channelId: string, changes: object = {}): Promise<string> {
    const id = randomUUID();
    const rule = ruleSchema.parse({ name: `rule ${id}`, channelId, ...changes });
    await this.rows(
      `INSERT INTO deliveries.rules (id, name, is_enabled, channel_id, recipients, subject, match, digest_minutes, max_per_hour)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[id, rule.name, rule.enabled, channelId, rule.to, rule.subject],
        ...[JSON.stringify(rule.match), rule.digestMinutes, rule.maxPerHour],
      ],
    );
    return id;
  }

  /** Inserts alerts as the ledger does; answers their ids. */
  async raise(count = 1, changes: Record<string, unknown> = {}): Promise<number[]> {
    const alert = {
      sensor_id: 'files-01',
      is_mail: false,
      scan_id: 's',
      instance: '',
      source_address: '10.1.2.3',
      importance: 'high',
      detections_total: 1,
      object_name: 'invoice.zip',
      object_type: 'file',
      size_bytes: 68,
      sha256: 'a'.repeat(64),
      md5: 'b'.repeat(32),
      sha1: 'c'.repeat(40),
      detected_type: 'application/zip',
      mail_from: null,
      rcpt_to: [],
      mail: null,
      registration_id: randomUUID(),
      technologies: ['am'],
      engines: [],
      database_version: 0,
      detections: [{ engine: 'ClamAV', technology: 'am', name: 'Win.Test.Sample-1', path: [] }],
      object_key: 'd'.repeat(32),
      ...changes,
    };
    const rows = await this.rows<{ id: number }>(
      `INSERT INTO ledger.alerts (submission_id, created_at, submitted_at, sensor_id, is_mail, scan_id, instance,
         source_address, importance, detections_total, object_name, object_type, size_bytes, sha256, md5, sha1,
         detected_type, mail_from, rcpt_to, mail, registration_id, technologies, engines, database_version, detections,
         object_key)
       SELECT gen_random_uuid(), clock_timestamp(), clock_timestamp(), a.sensor_id, a.is_mail, a.scan_id, a.instance,
         a.source_address, a.importance, a.detections_total, a.object_name, a.object_type, a.size_bytes, a.sha256, a.md5,
         a.sha1, a.detected_type, a.mail_from, a.rcpt_to, a.mail, a.registration_id, a.technologies, a.engines,
         a.database_version, a.detections, a.object_key
       FROM jsonb_populate_record(NULL::ledger.alerts, $1) a, generate_series(1, $2)
       RETURNING id`,
      [JSON.stringify(alert), count],
    );
    return rows.map((row) => row.id);
  }

  async rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(sql, values)).rows;
  }

  deliveries(channelId: string): Promise<DeliveryRow[]> {
    return this.rows<DeliveryRow>(
      `SELECT id, kind, state, attempts, last_answer, events_total, event_id, part_of, lease
       FROM deliveries.deliveries WHERE channel_id = $1 ORDER BY seq`,
      [channelId],
    );
  }

  /** The channel's deliveries once `isSo` holds of them. */
  async until(channelId: string, isSo: (rows: DeliveryRow[]) => boolean): Promise<DeliveryRow[]> {
    const endsAt = Date.now() + deadlineMs;
    for (;;) {
      const rows = await this.deliveries(channelId);
      if (isSo(rows)) return rows;
      if (Date.now() > endsAt) throw new Error(`not in time: ${JSON.stringify(rows.slice(0, 5))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Everything that was noted so far was so much earlier. */
  async moveBack(ms: number): Promise<void> {
    const by = `make_interval(secs => ${ms / 1000})`;
    const earlier = (...columns: string[]) => columns.map((one) => `${one} = ${one} - ${by}`).join(', ');
    await this.rows(
      `UPDATE deliveries.channel_health SET ${earlier('paused_until', 'last_success_at', 'last_failure_at')}`,
    );
    // What is being sent keeps its lease, and its place in the queue.
    await this.rows(
      `UPDATE deliveries.deliveries SET ${earlier('created_at', 'queued_at', 'first_attempt_at')},
         due_at = CASE WHEN lease IS NULL THEN due_at - ${by} ELSE due_at END`,
    );
  }

  /** All that waits is due, and no channel is left alone any longer. */
  async passTime(): Promise<void> {
    await this.rows('UPDATE deliveries.channel_health SET paused_until = clock_timestamp()');
    await this.rows(
      `UPDATE deliveries.deliveries SET due_at = clock_timestamp()
       WHERE state IN ('waiting', 'gathering') AND lease IS NULL`,
    );
  }
}

function connect(url: string): Database {
  const logger = createLogger({ service: 'notifier', instance: 'test', level: 'silent' });
  return createDatabase({ url, poolSize: 8, queryTimeoutMs: 60_000, logger });
}
