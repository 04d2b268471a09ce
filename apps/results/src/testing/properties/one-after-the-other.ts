import { expect } from 'vitest';
import { groupKeyOf, type AcceptItem, type ConclusiveState, type Verdict } from '@sluice/contracts';
import { itemOf, type LedgerFixture, type System } from '../ledger-fixture.js';
import { RescanFixture } from '../rescan-fixture.js';
import { LedgerModel } from '../ledger-model.js';
import { outcomeStates, type LedgerStep } from './ledger-steps.js';
import { FakeGroupFiles } from './fake-group-files.js';
import { ResultsInstance, shownStates } from './results-instance.js';

/** After each step the ledger says what a model of the contract says. */
export async function tryOneAfterTheOther(
  ledger: LedgerFixture,
  steps: readonly LedgerStep[],
): Promise<void> {
  await ledger.database.query(
    'TRUNCATE ledger.instances, ledger.decision_sets, ledger.kept_objects, ledger.rescan_waves',
  );
  await ledger.set('rescanKept', true);
  const one = new ModelledSystem(ledger, await ledger.addSystem());
  for (const step of steps) await one.take(step);
  await one.compareAtTheEnd();
}

/** One system whose calls go to the ledger and to a model of it. */
class ModelledSystem {
  private readonly model = new LedgerModel();
  private readonly service: ResultsInstance;
  private readonly rescans: RescanFixture;
  /** First scans of what a wave detected. */
  private readonly detectedSince = new Set<string>();
  private readonly files: FakeGroupFiles;
  private readonly items: AcceptItem[] = [];
  private readonly begun = new Map<string, number>();
  private readonly failed = new Map<string, { count: number; last: number }>();

  constructor(
    private readonly ledger: LedgerFixture,
    private readonly system: System,
  ) {
    this.service = new ResultsInstance(ledger);
    this.rescans = new RescanFixture(ledger);
    this.files = new FakeGroupFiles(ledger);
  }

  async take(step: LedgerStep): Promise<void> {
    const item = 'pick' in step ? this.items[step.pick % Math.max(1, this.items.length)] : undefined;
    if ('pick' in step && item === undefined) return;
    await this.apply(step, item as AcceptItem);
    const expected = this.model.states().map(({ key, state }) => ({ scanId: key.split('/')[0], state }));
    expect(await shownStates(this.ledger, this.system)).toEqual(expected);
    expect(await this.files.withoutBytes()).toEqual([]);
  }

  async compareAtTheEnd(): Promise<void> {
    const detected = [...this.model.submissions.values()].filter(
      (one) => one.state === 'detect' || this.detectedSince.has(one.id),
    );
    const alerts = await this.ledger.rows<{ submission_id: string }>(
      'SELECT submission_id FROM ledger.alert_list WHERE registration_id = $1',
      [this.system.registrationId],
    );
    expect(alerts.map((alert) => alert.submission_id).sort()).toEqual(detected.map((one) => one.id).sort());
    expect(await this.ledger.counterErrors()).toEqual([]);
  }

  /** `item`: what the step is about; undefined where it is about none. */
  private async apply(step: LedgerStep, item: AcceptItem): Promise<void> {
    const { model, service, ledger } = this;
    switch (step.kind) {
      case 'accept':
        return this.accept(step);
      case 'verdict': {
        const outcome = step.outcome as Verdict['outcome'];
        const recorded = await service.conclude(item, outcome, { set: step.decisionSet });
        const state = outcomeStates[step.outcome] as ConclusiveState;
        expect(recorded !== null).toBe(model.conclude(item.submissionId, state, step.decisionSet));
        return;
      }
      case 'scanner-reports':
        await service.reportScanner(step.scanner, step.decisionSet);
        return model.report(step.scanner, step.decisionSet);
      case 'wave':
        return this.scanAgain(step);
      case 'forget':
        await service.forgetVerdicts();
        return model.forget();
      case 'repeat':
        return this.repeat(step);
      case 'verdict-of-other-bytes': {
        const recorded = await service.concludeOtherBytes(item, step.outcome);
        expect(recorded !== null).toBe(model.conclude(item.submissionId, 'error'));
        return;
      }
      case 'failed-attempt':
        return this.failAttempt(item, step.attempt);
      case 'begin':
        return this.begin(item.submissionId);
      case 'delete':
      case 'delete-all':
        return this.delete(step);
      case 'close-groups':
        expect(await this.files.close()).toEqual(model.closeGroups(this.files.keys));
        return;
      case 'copy-out':
        await this.files.copyOut();
        return model.copyOut();
      case 'purge':
        return service.purge();
      case 'look-for-lost':
        await service.timePasses();
        await service.lookForLost();
        return;
      case 'age': {
        const submission = model.submissions.get(item.submissionId);
        await ledger.age(item.submissionId, '11 minutes');
        if (submission !== undefined) submission.isOld = true;
      }
    }
  }

  private async accept(step: LedgerStep & { kind: 'accept' }): Promise<void> {
    const { scanId, instance, sha256, group } = step;
    const fresh = itemOf(this.system, { scanId, instance, sha256, ...this.files.place(group) });
    const [answer] = await this.service.accepts.accept([fresh]);
    expect(answer?.outcome).toBe(
      this.model.accept(fresh.submissionId, `${scanId}/${instance}`, sha256, groupKeyOf(fresh.objectKey)),
    );
    if (answer?.outcome !== 'accepted') return;
    this.items.push(fresh);
    expect(answer.isDone === true).toBe(!this.isOpen(fresh.submissionId));
  }

  /** Scanned by what decides now, and sent again: told at once, unless it cannot be told any more by then. */
  private async repeat({
    instance,
    sha256,
    group,
    outcome,
    grownOld,
  }: LedgerStep & { kind: 'repeat' }): Promise<void> {
    const { model, service } = this;
    const newest = '2'.repeat(32);
    await service.reportScanner('a', newest);
    model.report('a', newest);
    await this.accept({ kind: 'accept', scanId: '1', instance, sha256, group: null });
    const scanned = this.items.at(-1);
    if (scanned !== undefined && this.isOpen(scanned.submissionId)) {
      await service.conclude(scanned, outcome as Verdict['outcome'], { set: newest });
      model.conclude(scanned.submissionId, outcomeStates[outcome] as ConclusiveState, newest);
    }
    if (grownOld !== null) {
      await service.verdictsGrowOld(grownOld);
      model.forget();
    }
    await this.accept({ kind: 'accept', scanId: '2', instance, sha256, group });
  }

  private isOpen(id: string): boolean {
    return this.model.submissions.get(id)?.state === 'processing';
  }

  /** What is kept is scanned again: no caller sees it, but the bytes are known by what it said. */
  private async scanAgain({ reported, outcome, decisionSet }: LedgerStep & { kind: 'wave' }): Promise<void> {
    await this.service.reportScanner('a', reported);
    this.model.report('a', reported);
    const wave = await this.rescans.advanceAtOnce();
    for (const { submissionId, sha256, rescanOf } of await this.rescans.begin()) {
      const state = outcomeStates[outcome] as ConclusiveState;
      await this.service.conclude({ submissionId, sha256 }, outcome as Verdict['outcome'], {
        set: decisionSet,
      });
      this.model.learn(sha256, state, decisionSet);
      if (state === 'detect' && (decisionSet === null || decisionSet === wave?.decision_set))
        this.detectedSince.add(rescanOf);
    }
    const unfounded = await this.ledger.rows(
      `SELECT FROM ledger.kept_objects k JOIN ledger.scans s ON s.submission_id = (k.newest ->> 'submissionId')::uuid
       WHERE k.newest ->> 'state' <> s.state
         OR (s.state = 'not detected' AND k.newest ->> 'decisionSet' IS DISTINCT FROM k.examined_set)`,
    );
    expect(unfounded).toEqual([]);
  }

  private async failAttempt(item: AcceptItem, attempt: number): Promise<void> {
    const id = item.submissionId;
    const before = this.failed.get(id) ?? { count: 0, last: -1 };
    const counts = this.isOpen(id) && before.last !== attempt;
    const recorded = await this.service.conclude(item, 'failed-attempt', { attempt });
    expect(recorded !== null).toBe(counts);
    if (!counts) return;
    this.failed.set(id, { count: before.count + 1, last: attempt });
    if (before.count === 3) this.model.conclude(id, 'error');
  }

  private async begin(id: string): Promise<void> {
    const isOpen = this.isOpen(id) && (this.failed.get(id)?.count ?? 0) === 0;
    const count = (this.begun.get(id) ?? 0) + 1;
    const expected = !isOpen || count > 5 ? 'drop' : count === 1 ? 'go' : 'go-alone';
    expect((await this.service.begins.begin(id)).decision).toBe(expected);
    if (isOpen) this.begun.set(id, count);
    if (isOpen && count > 5) this.model.conclude(id, 'error');
  }

  private async delete(step: LedgerStep & { kind: 'delete' | 'delete-all' }): Promise<void> {
    const { registrationId } = this.system;
    const { instance } = step;
    if (step.kind === 'delete-all') {
      await this.service.deletes.deleteAll(registrationId, instance);
      this.model.delete((key) => instance === null || key.endsWith(`/${instance}`));
      return;
    }
    const { scanId } = step;
    const expected = this.model.delete((key) =>
      instance === null ? key.startsWith(`${scanId}/`) : key === `${scanId}/${instance}`,
    );
    expect(await this.service.deletes.delete([{ registrationId, scanId, instance }])).toEqual([expected]);
  }
}
