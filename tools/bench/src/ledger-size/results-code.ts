import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDatabase, type Database } from '@sluice/database';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface System {
  readonly sensorId: string;
  readonly fingerprint: string;
  readonly registrationId: string;
}
type Item = { readonly submissionId: string; readonly sha256: string };
type Ask<Input> = (query: Database['query'], items: readonly Input[]) => Promise<unknown>;

/** The very code of `results`, loaded from its build: what is sent to the ledger, and how its answers are read. */
interface ResultsCode {
  readonly acceptItems: Ask<Item>;
  readonly recordItems: Ask<unknown>;
  readonly prepareVerdict: (verdict: unknown) => unknown;
  readonly itemOf: (system: System, changes: object) => Item;
  readonly verdictOf: (item: Item, outcome: 'clean', changes: object) => unknown;
}

export async function loadResultsCode(root: string): Promise<ResultsCode> {
  const load = (file: string): Promise<Partial<ResultsCode>> =>
    import(pathToFileURL(path.join(root, 'apps/results/dist', file)).href) as Promise<Partial<ResultsCode>>;
  const files = [
    'accept-scans/accept-scans.query.js',
    'record-verdicts/record-verdicts.query.js',
    'record-verdicts/prepare-verdict.js',
    'testing/ledger-fixture.js',
  ];
  const parts = await Promise.all(files.map(load));
  return Object.assign({}, ...parts) as ResultsCode;
}

/** A ledger as `results` uses it, by batches. */
export class BatchedLedger {
  private constructor(
    private readonly code: ResultsCode,
    readonly database: Database,
    private readonly system: System,
    /** Of the one connection. */
    readonly backendPid: number,
  ) {}

  static async open(code: ResultsCode, url: string): Promise<BatchedLedger> {
    const database = createDatabase({
      url,
      poolSize: 1,
      queryTimeoutMs: 60_000,
      logger: silent,
      name: 'bench',
    });
    const system = { sensorId: 'bench', fingerprint: '0'.repeat(64), registrationId: randomUUID() };
    await database.query('INSERT INTO registry.registrations (id, sensor_id, type) VALUES ($1, $2, $3)', [
      system.registrationId,
      system.sensorId,
      'other',
    ]);
    await database.query(
      `INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, registration_id, claimed_type, revision)
       VALUES ($1, $2, $3, 'accepted', $4, 'other', 1)`,
      [randomUUID(), system.sensorId, system.fingerprint, system.registrationId],
    );
    const { rows } = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return new BatchedLedger(code, database, system, rows[0]?.pid ?? 0);
  }

  /** Accepts so many scans in one statement, and concludes them in another. */
  async scan(count: number): Promise<void> {
    const { code, database, system } = this;
    const items = Array.from({ length: count }, () => code.itemOf(system, {}));
    await code.acceptItems(database.query, items);
    const verdicts = items.map((item) =>
      code.prepareVerdict(code.verdictOf(item, 'clean', { decisionSet: 'bench' })),
    );
    await code.recordItems(database.query, verdicts);
  }

  close(): Promise<void> {
    return this.database.end();
  }
}
