import { expect } from 'vitest';
import type { AcceptItem, Job, Verdict } from '@sluice/contracts';
import { itemOf, type LedgerFixture, type System } from '../ledger-fixture.js';
import { RecordingBroker } from '../recording-broker.js';
import { hashes, outcomeStates, type LedgerStep } from './ledger-steps.js';
import { FakeGroupFiles } from './fake-group-files.js';
import { ResultsInstance, shownStates } from './results-instance.js';

/** The steps of a wave run at once, through three instances; whatever their order was, the ledger is right after. */
export async function tryAtTheSameTime(
  ledger: LedgerFixture,
  waves: readonly (readonly LedgerStep[])[],
): Promise<void> {
  await ledger.clear();
  const one = new CrowdedSystem(ledger, await ledger.addSystem());
  for (const wave of waves) await one.take(wave);
  await one.expectLostAgain();
  expect(await ledger.counterErrors()).toEqual([]);
  await one.expectFirstVerdicts();
  await one.expectDeleted();
}

/** One system whose calls come through three instances of `results`. */
class CrowdedSystem {
  private readonly broker = new RecordingBroker();
  private readonly instances: readonly [ResultsInstance, ResultsInstance, ResultsInstance];
  private readonly files: FakeGroupFiles;
  private readonly accepted: AcceptItem[] = [];
  /** By submission: every state that a verdict brought. */
  private readonly said = new Map<string, Set<string>>();
  private readonly deletedUpTo: { seq: number; instance: string | null }[] = [];

  constructor(
    private readonly ledger: LedgerFixture,
    private readonly system: System,
  ) {
    const make = () => new ResultsInstance(ledger, this.broker);
    this.instances = [make(), make(), make()];
    this.files = new FakeGroupFiles(ledger);
  }

  async take(wave: readonly LedgerStep[]): Promise<void> {
    await this.instances[0].timePasses();
    await Promise.all(
      wave.map((step, index) => this.run(step, this.instances[index % 3] as ResultsInstance)),
    );
    // However many instances looked at once: nothing is published twice until it could be lost again.
    const again = this.publishedAgain();
    expect(new Set(again).size).toBe(again.length);
    expect(await this.files.withoutBytes()).toEqual([]);
  }

  async expectLostAgain(): Promise<void> {
    // One marker after another: only the second proves anything.
    await this.instances[0].timePasses();
    await this.instances[0].timePasses();
    await this.lookForLost();
    const open = await this.ledger.rows<{ submission_id: string }>(
      `SELECT submission_id FROM ledger.scans WHERE state = 'processing' AND not_before IS NULL`,
    );
    expect(this.publishedAgain().sort()).toEqual(open.map((row) => row.submission_id).sort());
  }

  async expectFirstVerdicts(): Promise<void> {
    const rows = await this.ledger.rows<{
      state: string;
      reason: string | null;
      alerts: number;
      told_by: string;
    }>(
      `SELECT coalesce(s.reused_of, s.submission_id) AS told_by, s.state, s.reason,
         (SELECT count(*) FROM ledger.alert_list a WHERE a.submission_id = s.submission_id) AS alerts
       FROM ledger.scan_list s WHERE registration_id = $1`,
      [this.system.registrationId],
    );
    for (const row of rows) {
      expect(row.alerts).toBe(row.state === 'detect' ? 1 : 0);
      const heard = this.said.get(row.told_by) ?? new Set();
      const isGivenUp = row.reason === 'too-many-attempts' || row.reason === 'too-many-begins';
      if (row.state === 'processing') expect([...heard]).toEqual([]);
      else if (!isGivenUp) expect([...heard]).toContain(row.state);
    }
  }

  async expectDeleted(): Promise<void> {
    const shown = await this.ledger.rows<{ seq: number; instance: string; scan_id: string }>(
      `SELECT s.seq, s.instance, s.scan_id FROM ledger.scans s WHERE s.registration_id = $1 AND s.is_shown AND NOT EXISTS
         (SELECT FROM ledger.watermarks w WHERE w.registration_id = $1 AND w.instance IN ('*', s.instance) AND w.seq >= s.seq)`,
      [this.system.registrationId],
    );
    expect(await shownStates(this.ledger, this.system)).toHaveLength(shown.length);
    for (const { seq, instance } of this.deletedUpTo)
      expect(
        shown.filter((row) => row.seq <= seq && (instance === null || row.instance === instance)),
      ).toEqual([]);
    expect(new Set(shown.map((row) => `${row.scan_id}/${row.instance}`)).size).toBe(shown.length);
  }

  private publishedAgain(): string[] {
    return this.broker.take().map((one) => (one.message as Job).submissionId);
  }

  private async lookForLost(): Promise<void> {
    await Promise.all(this.instances.map((each) => each.lookForLost()));
  }

  private async run(step: LedgerStep, service: ResultsInstance): Promise<void> {
    const picked = 'pick' in step ? this.accepted[step.pick % Math.max(1, this.accepted.length)] : undefined;
    if ('pick' in step && picked === undefined) return;
    const item = picked as AcceptItem;
    switch (step.kind) {
      case 'accept':
        return this.accept(step, service);
      case 'verdict':
        this.noteSaid(item, outcomeStates[step.outcome] ?? '');
        await service.conclude(item, step.outcome as Verdict['outcome'], { set: step.decisionSet });
        return;
      case 'scanner-reports':
        return service.reportScanner(step.scanner, step.decisionSet);
      case 'forget':
        return service.forgetVerdicts();
      case 'repeat': {
        const { instance, sha256, group, grownOld } = step;
        await this.accept({ kind: 'accept', scanId: '1', instance, sha256, group: null }, service);
        if (grownOld !== null) await service.verdictsGrowOld(grownOld);
        return this.accept({ kind: 'accept', scanId: '2', instance, sha256, group }, service);
      }
      case 'verdict-of-other-bytes':
        this.noteSaid(item, 'error');
        await service.concludeOtherBytes(item, step.outcome);
        return;
      case 'failed-attempt':
        await service.conclude(item, 'failed-attempt', { attempt: step.attempt });
        return;
      case 'begin':
        await service.begins.begin(item.submissionId);
        return;
      case 'delete': {
        const { registrationId } = this.system;
        await service.deletes.delete([{ registrationId, scanId: step.scanId, instance: step.instance }]);
        return;
      }
      case 'delete-all': {
        const newest = await this.ledger.rows<{ seq: number }>('SELECT max(seq) AS seq FROM ledger.scans');
        await service.deletes.deleteAll(this.system.registrationId, step.instance);
        this.deletedUpTo.push({ seq: newest[0]?.seq ?? 0, instance: step.instance });
        return;
      }
      case 'close-groups':
        await this.files.close();
        return;
      case 'copy-out':
        return this.files.copyOut();
      case 'purge':
        return service.purge();
      case 'look-for-lost':
        return this.lookForLost();
      // Waves are one at a time in any case: tryOneAfterTheOther has them, and compares what they say.
      case 'wave':
      case 'age':
        return;
    }
  }

  private async accept(step: LedgerStep & { kind: 'accept' }, service: ResultsInstance): Promise<void> {
    const { scanId, instance, sha256, group } = step;
    const fresh = itemOf(this.system, { scanId, instance, sha256, ...this.files.place(group) });
    // Half of the requests are delivered twice.
    const twice = sha256 === hashes[0] ? this.instances : [service];
    const answers = await Promise.all(twice.map((each) => each.accepts.accept([fresh])));
    if (answers.some(([answer]) => answer?.outcome === 'accepted')) this.accepted.push(fresh);
  }

  private noteSaid({ submissionId }: AcceptItem, state: string): void {
    this.said.set(submissionId, (this.said.get(submissionId) ?? new Set()).add(state));
  }
}
