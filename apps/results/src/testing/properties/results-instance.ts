import { ledgerRpc, type AcceptItem, type Marker, type Verdict } from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import { AcceptScans } from '../../accept-scans/accept-scans.service.js';
import { CountBegins } from '../../count-begins/count-begins.service.js';
import { DeleteScans } from '../../delete-scans/delete-scans.service.js';
import { FindLostScans } from '../../find-lost-scans/find-lost-scans.service.js';
import { forgetVerdicts } from '../../forget-verdicts/forget-verdicts.query.js';
import { LockedPeriodicTask } from '../../locked-tasks/locked-periodic-task.js';
import { queryStates } from '../../query-states/states.query.js';
import { prepareVerdict } from '../../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../../record-verdicts/record-verdicts.service.js';
import { verdictOf, type LedgerFixture, type System } from '../ledger-fixture.js';
import { RecordingBroker } from '../recording-broker.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const heartbeatSeconds = 10;
/** scanTimeoutSeconds, three heartbeats and every margin. */
const longEnough = 120 + 3 * heartbeatSeconds + 60;

const signaturesOf = (set: string | null): string =>
  new Date(Date.now() - (set?.startsWith('2') === true ? 1 : 2) * 3_600_000).toISOString();

/** One instance of `results` as far as the ledger knows it. */
export class ResultsInstance {
  readonly accepts: AcceptScans;
  readonly records: RecordVerdicts;
  readonly begins: CountBegins;
  readonly deletes: DeleteScans;
  readonly lost: FindLostScans;
  private readonly lookingForLost: LockedPeriodicTask;

  constructor(
    private readonly ledger: LedgerFixture,
    readonly broker = new RecordingBroker(),
  ) {
    const { database } = ledger;
    this.accepts = new AcceptScans(database);
    this.records = new RecordVerdicts(database, () => undefined);
    this.begins = new CountBegins(database, this.records);
    this.deletes = new DeleteScans(database);
    this.lost = new FindLostScans(database, broker, heartbeatSeconds, logger);
    this.lookingForLost = new LockedPeriodicTask({
      name: 'lost scans',
      lockKey: 3,
      intervalMs: 1000,
      work: () => this.lost.publishLost(),
      database,
      logger,
    });
  }

  /** As of an object that was exchanged in the store. */
  concludeOtherBytes(item: AcceptItem, of: string) {
    const other = { submissionId: item.submissionId, sha256: 'd'.repeat(64) };
    return this.records.record(prepareVerdict(verdictOf(other, of as Verdict['outcome'])));
  }

  conclude(
    item: Pick<AcceptItem, 'submissionId' | 'sha256'>,
    of: Verdict['outcome'],
    { attempt = 0, set = null as string | null } = {},
  ) {
    const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, attempt)).toISOString();
    const verdict = verdictOf(item, of, { startedAt, ...(set !== null && { decisionSet: set }) });
    const engines = verdict.engines.map((engine) => ({ ...engine, signaturesAt: signaturesOf(set) }));
    return this.records.record(prepareVerdict({ ...verdict, engines }));
  }

  lookForLost(): Promise<boolean> {
    return this.lookingForLost.take();
  }

  async forgetVerdicts(): Promise<void> {
    const changeId = await this.ledger.announced(ledgerRpc.forgetVerdicts);
    await forgetVerdicts(this.ledger.database, { changeId });
  }

  /** Of all that may be told again: it was said too long ago, or by signatures that are too old by now. */
  async verdictsGrowOld(what: 'verdict' | 'signatures'): Promise<void> {
    const column = what === 'verdict' ? 'recorded_at' : 'oldest_signatures_at';
    await this.ledger.database.transaction(async (query) => {
      await query(`SELECT FROM ledger.counters WHERE scope = 'all' FOR UPDATE`);
      await query(`UPDATE ledger.known_verdicts SET ${column} = clock_timestamp() - interval '60 days'`);
    });
  }

  async purge(): Promise<void> {
    await this.ledger.database.query('SELECT ledger.purge_watermarked(2)');
  }

  reportScanner(scanner: string, set: string | null): Promise<void> {
    return this.ledger.reportScanner({
      instance: scanner,
      decisionSet: set,
      signaturesAt: signaturesOf(set),
    });
  }

  /** All the time a scan may take, at the end of which a marker of each queue comes back. */
  async timePasses(): Promise<void> {
    const { database } = this.ledger;
    for (const table of ['scans SET published_at = published_at', 'markers SET issued_at = issued_at'])
      await database.query(`UPDATE ledger.${table} - make_interval(secs => $1)`, [longEnough]);
    await database.query('UPDATE ledger.markers SET returned_at = returned_at - make_interval(secs => $1)', [
      longEnough,
    ]);
    await this.lost.sendMarkers();
    const isMarker = (message: unknown): message is Marker => (message as Marker).kind === 'marker';
    const markers = this.broker.published.map((one) => one.message).filter(isMarker);
    this.broker.published = this.broker.published.filter((one) => !isMarker(one.message));
    for (const { markerId } of markers) await this.lost.noteReturned(markerId);
  }
}

export const shownStates = async (ledger: LedgerFixture, system: System) =>
  (
    await queryStates(ledger.database.query, {
      registrationId: system.registrationId,
      instance: null,
      states: null,
      limit: 1000,
      after: null,
    })
  ).scans;
