import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ledgerRpc,
  type AcceptItem,
  type ConclusiveState,
  type Job,
  type Marker,
  type Verdict,
} from '@sluice/contracts';
import { createLogger } from '@sluice/runtime';
import fc from 'fast-check';
import { AcceptScans } from '../accept-scans/accept-scans.service.js';
import { CountBegins } from '../count-begins/count-begins.service.js';
import { DeleteScans } from '../delete-scans/delete-scans.service.js';
import { FindLostScans } from '../find-lost-scans/find-lost-scans.service.js';
import { forgetVerdicts } from '../forget-verdicts/forget-verdicts.query.js';
import { queryStates } from '../query-states/states.query.js';
import { prepareVerdict } from '../record-verdicts/prepare-verdict.js';
import { RecordVerdicts } from '../record-verdicts/record-verdicts.service.js';
import { LockedPeriodicTask } from '../locked-tasks/locked-periodic-task.js';
import { itemOf, LedgerFixture, verdictOf, type System } from './ledger-fixture.js';
import { LedgerModel } from './ledger-model.js';
import { RecordingBroker } from './recording-broker.js';

const logger = createLogger({ service: 'test', instance: 't', level: 'silent' });
const heartbeatSeconds = 10;
/** scanTimeoutSeconds, three heartbeats and every margin. */
const longEnough = 120 + 3 * heartbeatSeconds + 60;

let ledger: LedgerFixture;
beforeAll(async () => {
  ledger = await LedgerFixture.create(12);
});
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.clear();
  await ledger.liftLimits();
});

const scanIds = ['1', '2'];
const instances = ['', 'a'];
const hashes = ['a', 'b', 'c'].map((digit) => digit.repeat(64));
const outcomeStates: Record<string, ConclusiveState> = {
  clean: 'not detected',
  infected: 'detect',
  error: 'error',
  timeout: 'timeout',
};

const scanId = fc.constantFrom(...scanIds);
const instance = fc.constantFrom(...instances);
const instanceFilter = fc.constantFrom(null, 'a');
/** Which of the submissions there are by then. */
const pick = fc.nat({ max: 1000 });
const outcome = fc.constantFrom('clean', 'infected', 'error', 'timeout');
/** What decides on a scanner; the later one has newer signatures. */
const decisionSet = fc.constantFrom('1'.repeat(32), '2'.repeat(32), null);
const signaturesOf = (set: string | null): string =>
  new Date(Date.now() - (set?.startsWith('2') === true ? 1 : 2) * 3_600_000).toISOString();
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('accept' as const),
      scanId,
      instance,
      sha256: fc.constantFrom(...hashes),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('verdict' as const), pick, outcome, decisionSet }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('scanner-reports' as const),
      scanner: fc.constantFrom('a', 'b'),
      decisionSet,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('failed-attempt' as const), pick, attempt: fc.nat({ max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('begin' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('delete' as const), scanId, instance: instanceFilter }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-all' as const), instance: instanceFilter }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look-for-lost' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('verdict-of-other-bytes' as const), pick, outcome }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('age' as const), pick }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** One service instance as far as the ledger knows it. */
class Instance {
  readonly accepts = new AcceptScans(ledger.database);
  readonly records = new RecordVerdicts(ledger.database, () => undefined);
  readonly begins = new CountBegins(ledger.database, this.records);
  readonly deletes = new DeleteScans(ledger.database);
  readonly lost: FindLostScans;
  private readonly turn: LockedPeriodicTask;

  constructor(readonly broker = new RecordingBroker()) {
    const { database } = ledger;
    this.lost = new FindLostScans(database, broker, heartbeatSeconds, logger);
    const work = () => this.lost.publishLost();
    this.turn = new LockedPeriodicTask({
      name: 'lost scans',
      lockKey: 3,
      intervalMs: 1000,
      work,
      database,
      logger,
    });
  }

  /** As of an object that was exchanged in the store. */
  concludeOtherBytes(item: AcceptItem, of: string) {
    const other = { submissionId: item.submissionId, sha256: 'd'.repeat(64) };
    return this.records.record(prepareVerdict(verdictOf(other, of as Verdict['outcome'])));
  }

  lookForLost(): Promise<boolean> {
    return this.turn.take();
  }

  conclude(item: AcceptItem, of: Verdict['outcome'], { attempt = 0, set = null as string | null } = {}) {
    const startedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, attempt)).toISOString();
    const verdict = verdictOf(item, of, { startedAt, ...(set !== null && { decisionSet: set }) });
    const engines = verdict.engines.map((engine) => ({ ...engine, signaturesAt: signaturesOf(set) }));
    return this.records.record(prepareVerdict({ ...verdict, engines }));
  }
}

const reportScanner = (scanner: string, set: string | null) =>
  ledger.reportScanner({ instance: scanner, decisionSet: set, signaturesAt: signaturesOf(set) });

/** All the time a scan may take, at the end of which a marker of each queue comes back. */
async function timePasses({ lost, broker }: Instance): Promise<void> {
  for (const table of ['scans SET published_at = published_at', 'markers SET issued_at = issued_at'])
    await ledger.database.query(`UPDATE ledger.${table} - make_interval(secs => $1)`, [longEnough]);
  await ledger.database.query(
    'UPDATE ledger.markers SET returned_at = returned_at - make_interval(secs => $1)',
    [longEnough],
  );
  await lost.sendMarkers();
  const isMarker = (message: unknown): message is Marker => (message as Marker).kind === 'marker';
  const markers = broker.published.map((one) => one.message).filter(isMarker);
  broker.published = broker.published.filter((one) => !isMarker(one.message));
  for (const { markerId } of markers) await lost.noteReturned(markerId);
}

const shownStates = async (system: System) =>
  (
    await queryStates(ledger.database.query, {
      registrationId: system.registrationId,
      instance: null,
      states: null,
      limit: 1000,
      after: null,
    })
  ).scans;

describe('one call after the other', () => {
  it('the ledger says what the contract says', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await ledger.database.query('TRUNCATE ledger.instances, ledger.decision_sets');
      const system = await ledger.addSystem();
      const model = new LedgerModel();
      const service = new Instance();
      const items: AcceptItem[] = [];
      const begun = new Map<string, number>();
      const failed = new Map<string, { count: number; last: number }>();
      for (const one of steps) {
        const item = 'pick' in one ? items[one.pick % Math.max(1, items.length)] : undefined;
        if ('pick' in one && item === undefined) continue;
        await apply(one, item);
        const expected = model.states().map(({ key, state }) => ({ scanId: key.split('/')[0], state }));
        expect(await shownStates(system)).toEqual(expected);
      }
      const alerted = [...model.submissions.values()]
        .filter((sub) => sub.state === 'detect')
        .map((sub) => sub.id);
      const alerts = await ledger.rows<{ submission_id: string }>(
        'SELECT submission_id FROM ledger.alert_list WHERE registration_id = $1',
        [system.registrationId],
      );
      expect(alerts.map((alert) => alert.submission_id).sort()).toEqual(alerted.sort());
      expect(await ledger.counterErrors()).toEqual([]);

      async function apply(one: Step, item: AcceptItem | undefined): Promise<void> {
        switch (one.kind) {
          case 'accept': {
            const fresh = itemOf(system, { scanId: one.scanId, instance: one.instance, sha256: one.sha256 });
            const [answer] = await service.accepts.accept([fresh]);
            const key = `${one.scanId}/${one.instance}`;
            expect(answer?.outcome).toBe(model.accept(fresh.submissionId, key, one.sha256));
            if (answer?.outcome !== 'accepted') return;
            items.push(fresh);
            const isDone = model.submissions.get(fresh.submissionId)?.state !== 'processing';
            expect(answer.isDone === true).toBe(isDone);
            return;
          }
          case 'verdict': {
            const recorded = await service.conclude(item as AcceptItem, one.outcome as Verdict['outcome'], {
              set: one.decisionSet,
            });
            const state = outcomeStates[one.outcome] as ConclusiveState;
            const { submissionId } = item as AcceptItem;
            expect(recorded !== null).toBe(model.conclude(submissionId, state, one.decisionSet));
            return;
          }
          case 'scanner-reports':
            await reportScanner(one.scanner, one.decisionSet);
            model.report(one.scanner, one.decisionSet);
            return;
          case 'forget':
            await forgetVerdicts(ledger.database, {
              changeId: await ledger.announced(ledgerRpc.forgetVerdicts),
            });
            model.forget();
            return;
          case 'verdict-of-other-bytes': {
            const recorded = await service.concludeOtherBytes(item as AcceptItem, one.outcome);
            expect(recorded !== null).toBe(model.conclude((item as AcceptItem).submissionId, 'error'));
            return;
          }
          case 'failed-attempt': {
            const id = (item as AcceptItem).submissionId;
            const before = failed.get(id) ?? { count: 0, last: -1 };
            const isOpen = model.submissions.get(id)?.state === 'processing';
            const counts = isOpen && before.last !== one.attempt;
            expect(
              (await service.conclude(item as AcceptItem, 'failed-attempt', { attempt: one.attempt })) !==
                null,
            ).toBe(counts);
            if (!counts) return;
            failed.set(id, { count: before.count + 1, last: one.attempt });
            if (before.count === 3) model.conclude(id, 'error');
            return;
          }
          case 'begin': {
            const id = (item as AcceptItem).submissionId;
            const isOpen =
              model.submissions.get(id)?.state === 'processing' && (failed.get(id)?.count ?? 0) === 0;
            const count = (begun.get(id) ?? 0) + 1;
            const expected = !isOpen || count > 5 ? 'drop' : count === 1 ? 'go' : 'go-alone';
            expect((await service.begins.begin(id)).decision).toBe(expected);
            if (isOpen) begun.set(id, count);
            if (isOpen && count > 5) model.conclude(id, 'error');
            return;
          }
          case 'delete': {
            const request = {
              registrationId: system.registrationId,
              scanId: one.scanId,
              instance: one.instance,
            };
            const expected = model.delete((key) =>
              one.instance === null
                ? key.startsWith(`${one.scanId}/`)
                : key === `${one.scanId}/${one.instance}`,
            );
            expect(await service.deletes.delete([request])).toEqual([expected]);
            return;
          }
          case 'delete-all':
            await service.deletes.deleteAll(system.registrationId, one.instance);
            model.delete((key) => one.instance === null || key.endsWith(`/${one.instance}`));
            return;
          case 'purge':
            await ledger.database.query('SELECT ledger.purge_watermarked(2)');
            return;
          case 'look-for-lost':
            await timePasses(service);
            await service.lookForLost();
            return;
          case 'age': {
            const submission = model.submissions.get((item as AcceptItem).submissionId);
            await ledger.age((item as AcceptItem).submissionId, '11 minutes');
            if (submission !== undefined) submission.isOld = true;
          }
        }
      }
    });
    await fc.assert(property, { numRuns: 80 });
  }, 240_000);
});

describe('calls at the same time, through three instances', () => {
  it('leave counters, alerts, deletions and first verdicts right', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 8 }),
      async (waves) => {
        await ledger.clear();
        const system = await ledger.addSystem();
        const broker = new RecordingBroker();
        const services = [new Instance(broker), new Instance(broker), new Instance(broker)] as const;
        const publishedAgain = () => broker.take().map((one) => (one.message as Job).submissionId);
        const accepted: AcceptItem[] = [];
        const said = new Map<string, Set<string>>();
        const gone: { seq: number; instance: string | null }[] = [];
        const run = async (one: Step, service: Instance): Promise<void> => {
          const item = 'pick' in one ? accepted[one.pick % Math.max(1, accepted.length)] : undefined;
          if ('pick' in one && item === undefined) return;
          switch (one.kind) {
            case 'accept': {
              const fresh = itemOf(system, {
                scanId: one.scanId,
                instance: one.instance,
                sha256: one.sha256,
              });
              // Half of the requests are delivered twice.
              const twice = one.sha256 === hashes[0] ? services : [service];
              const answers = await Promise.all(twice.map((each) => each.accepts.accept([fresh])));
              if (answers.some(([answer]) => answer?.outcome === 'accepted')) accepted.push(fresh);
              return;
            }
            case 'verdict': {
              const { submissionId } = item as AcceptItem;
              said.set(
                submissionId,
                (said.get(submissionId) ?? new Set()).add(outcomeStates[one.outcome] ?? ''),
              );
              await service.conclude(item as AcceptItem, one.outcome as Verdict['outcome'], {
                set: one.decisionSet,
              });
              return;
            }
            case 'scanner-reports':
              await reportScanner(one.scanner, one.decisionSet);
              return;
            case 'forget':
              await forgetVerdicts(ledger.database, {
                changeId: await ledger.announced(ledgerRpc.forgetVerdicts),
              });
              return;
            case 'verdict-of-other-bytes': {
              const { submissionId } = item as AcceptItem;
              said.set(submissionId, (said.get(submissionId) ?? new Set()).add('error'));
              await service.concludeOtherBytes(item as AcceptItem, one.outcome);
              return;
            }
            case 'failed-attempt':
              await service.conclude(item as AcceptItem, 'failed-attempt', { attempt: one.attempt });
              return;
            case 'begin':
              await service.begins.begin((item as AcceptItem).submissionId);
              return;
            case 'delete':
              await service.deletes.delete([
                { registrationId: system.registrationId, scanId: one.scanId, instance: one.instance },
              ]);
              return;
            case 'delete-all': {
              const newest = await ledger.rows<{ seq: number }>('SELECT max(seq) AS seq FROM ledger.scans');
              await service.deletes.deleteAll(system.registrationId, one.instance);
              gone.push({ seq: newest[0]?.seq ?? 0, instance: one.instance });
              return;
            }
            case 'purge':
              await ledger.database.query('SELECT ledger.purge_watermarked(2)');
              return;
            case 'look-for-lost':
              await Promise.all(services.map((each) => each.lookForLost()));
              return;
            case 'age':
              return;
          }
        };
        for (const wave of waves) {
          await timePasses(services[0]);
          await Promise.all(wave.map((one, index) => run(one, services[index % 3] as Instance)));
          // However many instances looked at once: nothing is published twice until it could be lost again.
          const again = publishedAgain();
          expect(new Set(again).size).toBe(again.length);
        }
        // One marker after another: only the second proves anything.
        await timePasses(services[0]);
        await timePasses(services[0]);
        await Promise.all(services.map((each) => each.lookForLost()));
        const open = await ledger.rows<{ submission_id: string }>(
          `SELECT submission_id FROM ledger.scans WHERE state = 'processing' AND not_before IS NULL`,
        );
        expect(publishedAgain().sort()).toEqual(open.map((row) => row.submission_id).sort());

        expect(await ledger.counterErrors()).toEqual([]);
        const rows = await ledger.rows<{
          submission_id: string;
          seq: number;
          instance: string;
          scan_id: string;
          state: string;
          reason: string | null;
          alerts: number;
          told_by: string;
        }>(
          `SELECT coalesce(s.reused_of, s.submission_id) AS told_by, s.submission_id, s.seq, s.instance, s.scan_id, s.state, s.reason,
             (SELECT count(*) FROM ledger.alert_list a WHERE a.submission_id = s.submission_id) AS alerts
           FROM ledger.scan_list s WHERE registration_id = $1`,
          [system.registrationId],
        );
        for (const row of rows) {
          expect(row.alerts).toBe(row.state === 'detect' ? 1 : 0);
          const heard = said.get(row.told_by) ?? new Set();
          const isGivenUp = row.reason === 'too-many-attempts' || row.reason === 'too-many-begins';
          if (row.state === 'processing') expect([...heard]).toEqual([]);
          else if (!isGivenUp) expect([...heard]).toContain(row.state);
        }
        const shown = await ledger.rows<{ seq: number; instance: string; scan_id: string }>(
          `SELECT s.seq, s.instance, s.scan_id FROM ledger.scans s WHERE s.registration_id = $1 AND s.is_shown AND NOT EXISTS
             (SELECT FROM ledger.watermarks w WHERE w.registration_id = $1 AND w.instance IN ('*', s.instance) AND w.seq >= s.seq)`,
          [system.registrationId],
        );
        expect(await shownStates(system)).toHaveLength(shown.length);
        for (const { seq, instance: of } of gone)
          expect(shown.filter((row) => row.seq <= seq && (of === null || row.instance === of))).toEqual([]);
        expect(new Set(shown.map((row) => `${row.scan_id}/${row.instance}`)).size).toBe(shown.length);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  }, 240_000);
});
