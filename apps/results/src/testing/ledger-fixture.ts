import { randomBytes, randomUUID } from 'node:crypto';
import type { AcceptItem, PolicyChange, ServiceStatus, SettingKey, Verdict } from '@sluice/contracts';
import { DatabaseError, createDatabase, type Database } from '@sluice/database';
import { noteStatuses } from '../collect-status/collect-status.consumer.js';
import { createTestDatabase } from '@sluice/schema/testing';

export interface System {
  readonly sensorId: string;
  readonly fingerprint: string;
  readonly registrationId: string;
}

interface SystemOptions {
  type?: 'mail' | 'other';
  maxUnfinishedScans?: number;
  alertsFeed?: 'own' | 'all' | 'none';
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

const tables = [
  ...[
    'scans',
    'watermarks',
    'kept_objects',
    'releases',
    'release_tickets',
    'alerts',
    'alert_log',
    'failed_jobs',
  ],
  ...['markers', 'restart_markers', 'instances', 'minutes', 'verdict_minutes', 'counters', 'known_verdicts'],
  ...['decision_sets', 'rescan_waves', 'group_files'],
].map((name) => `ledger.${name}`);
const registryTables = [
  ...['certificates', 'registrations', 'settings', 'deleted_certificates', 'audit', 'announced_changes'],
].map((name) => `registry.${name}`);
/** Rows that are gone take their place until then. */
const mostBytes = 128 * 1024;
/**
 * Truncating makes a hundred files anew, which costs ten times as much as deleting the few rows that most tests leave; no
 * trigger and no other table has a say in either.
 */
const emptyAll = `DO $$
  DECLARE
    known regclass[] := ARRAY[${[...tables, ...registryTables].map((name) => `'${name}'`).join()}]::regclass[];
    one regclass;
  BEGIN
    IF (SELECT max(pg_relation_size(name)) FROM unnest(known) AS name) > ${mostBytes} THEN
      EXECUTE 'TRUNCATE ' || array_to_string(known, ', ');
    ELSE
      SET LOCAL session_replication_role = replica;
      FOREACH one IN ARRAY known LOOP EXECUTE 'DELETE FROM ' || one; END LOOP;
    END IF;
    INSERT INTO ledger.counters VALUES ('all', 0);
  END $$`;

/** A migrated database of its own with means to register systems, and makers of items with sensible values. */
export class LedgerFixture {
  private constructor(
    readonly database: Database,
    readonly url: string,
    private readonly drop: () => Promise<void>,
  ) {}

  static async create(poolSize = 8): Promise<LedgerFixture> {
    const { url, drop } = await createTestDatabase();
    const logger = { warn: () => undefined };
    return new LedgerFixture(createDatabase({ url, poolSize, queryTimeoutMs: 60_000, logger }), url, drop);
  }

  async close(): Promise<void> {
    await this.database.end();
    await this.drop();
  }

  /** Back to an empty ledger and registry. A service at work on the same tables may be in the way: then once more. */
  async clear(triesLeft = 10): Promise<void> {
    try {
      await this.database.query(emptyAll);
    } catch (error) {
      if (!(error instanceof DatabaseError) || !error.isRetryable || triesLeft === 0) throw error;
      await this.clear(triesLeft - 1);
    }
  }

  async addSystem(options: SystemOptions = {}): Promise<System> {
    const system = { sensorId: `s-${hex(4)}`, fingerprint: hex(32), registrationId: randomUUID() };
    const { query } = this.database;
    await query(
      `INSERT INTO registry.registrations (id, sensor_id, type, max_unfinished_scans, alerts_feed) VALUES ($1, $2, $3, $4, $5)`,
      [
        system.registrationId,
        system.sensorId,
        options.type ?? 'other',
        options.maxUnfinishedScans ?? null,
        options.alertsFeed ?? 'own',
      ],
    );
    await query(
      `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, revision)
       VALUES ($1, $2, $3, 'accepted', $4, $5, 1)`,
      [randomUUID(), system.sensorId, system.fingerprint, system.registrationId, options.type ?? 'other'],
    );
    return system;
  }

  /** What is tested is never a limit on unfinished scans. */
  async liftLimits(): Promise<void> {
    const keys = [
      'maxConcurrentScans',
      'maxUnfinishedScansPerSystem',
      'maxUnfinishedScansPerMailSystem',
    ] as const;
    for (const key of keys) await this.set(key, 1_000_000);
  }

  /** As the console does: a new version with each change. */
  async choose(system: System, policy: PolicyChange): Promise<void> {
    await this.database.query(
      `UPDATE registry.registrations SET unexamined_policy = $2, unexamined_policy_version = unexamined_policy_version + 1
       WHERE id = $1`,
      [system.registrationId, JSON.stringify(policy)],
    );
  }

  async set(key: SettingKey, value: unknown): Promise<void> {
    await this.database.query(
      `INSERT INTO registry.settings (key, value, revision, updated_by) VALUES ($1, $2, 1, 'test')
       ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      [key, JSON.stringify(value)],
    );
  }

  /** As the console does before it asks for a change; the id that goes with the request. */
  async announced({ action }: { readonly action: string }, actor = 'ann'): Promise<string> {
    const { rows } = await this.database.query<{ id: string }>(
      `INSERT INTO registry.announced_changes (actor, actor_kind, address, action) VALUES ($1, 'operator', '192.0.2.1', $2)
       RETURNING id`,
      [actor, action],
    );
    return rows[0]?.id ?? '';
  }

  /** Lets time pass for one scan: everything that happened to it was that long ago. */
  async age(submissionId: string, interval: string): Promise<void> {
    await this.database.query(
      `UPDATE ledger.scans SET accepted_at = accepted_at - $2::interval, published_at = published_at - $2::interval,
         finished_at = finished_at - $2::interval WHERE submission_id = $1`,
      [submissionId, interval],
    );
  }

  /** As `results` notes it of a scanner; ready, and with the settings of this fixture, unless said otherwise. */
  async reportScanner(changes: Partial<ServiceStatus> & { signaturesAt?: string } = {}): Promise<void> {
    const { signaturesAt = new Date().toISOString(), ...status } = changes;
    await noteStatuses(this.database, [
      {
        v: 1,
        service: 'scanner',
        instance: 'scanner-1',
        version: '1',
        startedAt: '2026-01-01T00:00:00Z',
        isReady: true,
        problems: [],
        engines: [
          {
            engine: 'clamav',
            technology: 'am',
            version: '1.4',
            signaturesAt,
            isTestSignatures: false,
            isHealthy: true,
            problem: null,
            maxObjectBytes: null,
          },
        ],
        busySlots: 0,
        slots: 4,
        decisionSet: null,
        registryRevision: 1,
        readsSharedKeys: true,
        certificateFingerprint: null,
        certificateNotAfter: null,
        isLoopback: null,
        ...status,
      },
    ]);
  }

  async rows<Row = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.database.query<Row>(sql, values)).rows;
  }

  /** Counters must equal a recount at any moment nothing is on its way. */
  async counterErrors(): Promise<unknown[]> {
    return this.rows(`
      SELECT scope, c.unfinished AS counted, coalesce(s.unfinished, 0) AS recounted FROM ledger.counters c
      FULL JOIN (SELECT coalesce(registration_id::text, 'all') AS scope, count(*) AS unfinished FROM ledger.scans
        WHERE state = 'processing' AND rescan_wave IS NULL GROUP BY GROUPING SETS ((registration_id), ())
        UNION ALL SELECT 'rescans', count(*) FROM ledger.scans
        WHERE state = 'processing' AND rescan_wave IS NOT NULL) s USING (scope)
      WHERE coalesce(c.unfinished, 0) <> coalesce(s.unfinished, 0)`);
  }
}

export function itemOf(system: System, changes: Partial<AcceptItem> = {}): AcceptItem {
  return {
    submissionId: randomUUID(),
    ...system,
    scanId: hex(6),
    instance: '',
    objectKey: hex(16),
    sizeBytes: 1000,
    sha256: hex(32),
    objectType: 'file',
    objectName: 'a.bin',
    mailFrom: null,
    rcptTo: [],
    mailOrigin: null,
    sourceAddress: '192.0.2.1',
    hasMailQueue: true,
    takesDone: true,
    onlyIfKnown: false,
    ...changes,
  };
}

export function verdictOf(
  item: Pick<AcceptItem, 'submissionId' | 'sha256'>,
  outcome: Verdict['outcome'],
  changes: Partial<Verdict> = {},
): Verdict {
  const detections = [
    { engine: 'clamav', technology: 'am' as const, name: 'Test.Virus', path: ['inner.zip', 'a.exe'] },
  ];
  return {
    kind: 'verdict',
    v: 1,
    submissionId: item.submissionId,
    outcome,
    reason: outcome === 'error' ? 'encrypted' : null,
    reasonText: null,
    detections: outcome === 'infected' ? detections : [],
    detectionsTotal: outcome === 'infected' ? 1 : 0,
    notExamined: [],
    notExaminedTotal: 0,
    notExaminedReasons: [],
    engines: [
      {
        engine: 'clamav',
        technology: 'am',
        version: '1.4',
        // Of now, as those of a scanner here are: with a date of its own it would be too old one day.
        signaturesAt: new Date().toISOString(),
        isTestSignatures: false,
        outcome: outcome === 'infected' ? 'infected' : 'clean',
        reason: null,
        durationMs: 3,
      },
    ],
    object: {
      md5: '0'.repeat(32),
      sha1: '0'.repeat(40),
      sha256: item.sha256,
      detectedType: 'application/zip',
      mail: null,
    },
    scanner: 'scanner-1',
    startedAt: new Date().toISOString(),
    finishedAt: new Date().toISOString(),
    ...changes,
  };
}

/** As of engines whose signatures have this date. */
export const withSignaturesOf = (signaturesAt: string, verdict: Verdict): Verdict => ({
  ...verdict,
  engines: verdict.engines.map((engine) => ({ ...engine, signaturesAt })),
});
