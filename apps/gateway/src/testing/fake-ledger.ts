import type { AcceptItem, AcceptOutcome, HoldAnswer, Report, ScanState } from '@sluice/contracts';
import { LedgerError } from '../ask-ledger/ledger.js';
import type { Ledger } from '../ask-ledger/ledger.js';

interface FakeScan extends AcceptItem {
  state: ScanState;
  acceptedAtMs: number;
}

/** A ledger in memory with the wire contract's semantics, as far as the gateway's own specs need them. */
export class FakeLedger implements Ledger {
  isConnected = true;
  sharesFiles = false;
  /** The answer never comes. */
  isSilent = false;
  maxUnfinished = 1000;
  scans: FakeScan[] = [];
  alerts: Record<string, unknown>[] = [];
  asked: string[] = [];
  /** When set, every accept is answered with it. */
  forcedOutcome: AcceptOutcome | null = null;
  /** When set, everything sent has had it before, and is told it again. */
  knownState: ScanState | null = null;

  async accept(item: AcceptItem): Promise<AcceptOutcome> {
    this.note('accept');
    if (this.forcedOutcome !== null) return this.forcedOutcome;
    const same = this.find(item.registrationId, item.scanId, item.instance);
    if (same?.sha256 === item.sha256 && same.objectType === item.objectType) return { outcome: 'exists' };
    if (this.unfinished >= this.maxUnfinished) return { outcome: 'limit', scope: 'all' };
    this.scans = this.scans.filter((scan) => scan !== same);
    this.scans.push({ ...item, state: this.knownState ?? 'processing', acceptedAtMs: Date.now() });
    const { submissionId, objectKey, sizeBytes, sha256, objectType } = item;
    return {
      outcome: 'accepted',
      queue: 'light',
      priority: 1,
      job: { kind: 'job', v: 1, submissionId, objectKey, sizeBytes, sha256, objectType },
      ...(this.knownState !== null && { isDone: true }),
    };
  }

  async admit(): Promise<boolean> {
    this.note('admit');
    return this.unfinished < this.maxUnfinished;
  }

  async states(request: Parameters<Ledger['states']>[0]): ReturnType<Ledger['states']> {
    this.note('states');
    const from = request.after === null ? 0 : Number(request.after);
    const all = this.scans
      .map((scan, index) => ({ ...scan, index }))
      .filter((scan) => scan.index >= from && scan.scanId !== null)
      .filter((scan) => scan.registrationId === request.registrationId)
      .filter((scan) => request.instance === null || scan.instance === request.instance)
      .filter((scan) => request.states === null || request.states.includes(scan.state));
    const page = all.slice(0, request.limit);
    const last = page.at(-1);
    return {
      scans: page.map(({ scanId, state }) => ({ scanId: scanId ?? '', state })),
      next: all.length > page.length && last !== undefined ? String(last.index + 1) : null,
    };
  }

  async report(request: Parameters<Ledger['report']>[0]): Promise<Report | null> {
    this.note('report');
    const scan = this.scans.findLast(
      ({ scanId, registrationId }) => scanId === request.scanId && registrationId === request.registrationId,
    );
    return scan === undefined ? null : fakeReport(scan);
  }

  /** When set, everything that is asked for is held, or not, as it says. */
  holdAnswer: HoldAnswer = { outcome: 'not-kept' };

  async hold({ registrationId, scanId }: Parameters<Ledger['hold']>[0]): Promise<HoldAnswer> {
    this.note('hold');
    return this.find(registrationId, scanId, '') === undefined ? { outcome: 'unknown' } : this.holdAnswer;
  }

  async deleteScan({ registrationId, scanId }: Parameters<Ledger['deleteScan']>[0]): Promise<number> {
    this.note('delete');
    const before = this.scans.length;
    this.scans = this.scans.filter(
      (scan) => scan.scanId !== scanId || scan.registrationId !== registrationId,
    );
    return before - this.scans.length;
  }

  async deleteAllScans({ registrationId, instance }: Parameters<Ledger['deleteAllScans']>[0]): Promise<void> {
    this.note('delete-all');
    this.scans = this.scans.filter(
      (scan) => scan.registrationId !== registrationId || (instance !== null && scan.instance !== instance),
    );
  }

  async detects(request: Parameters<Ledger['detects']>[0]): ReturnType<Ledger['detects']> {
    this.note('detects');
    const later = this.alerts.filter((alert) => Number(alert['alertID']) > request.afterId);
    const detects = later.slice(0, request.limit);
    return { detects, lastId: Number(detects.at(-1)?.['alertID'] ?? request.afterId) };
  }

  /** What a test put in the place of a method goes, too. */
  reset(): void {
    const fresh = new FakeLedger();
    for (const name of Object.keys(this)) if (!Object.hasOwn(fresh, name)) Reflect.deleteProperty(this, name);
    Object.assign(this, fresh);
  }

  finish(scanId: string, state: ScanState): void {
    for (const scan of this.scans) if (scan.scanId === scanId) scan.state = state;
  }

  private get unfinished(): number {
    return this.scans.filter(({ state }) => state === 'processing').length;
  }

  private find(registrationId: string, scanId: string | null, instance: string): FakeScan | undefined {
    if (scanId === null) return undefined;
    return this.scans.find(
      (scan) =>
        scan.scanId === scanId && scan.registrationId === registrationId && scan.instance === instance,
    );
  }

  private note(what: string): void {
    this.asked.push(what);
    if (!this.isConnected) throw new LedgerError('unsent', 'not connected');
    if (this.isSilent) throw new LedgerError('unknown', 'no answer in time');
  }
}

const fakeReport = (scan: FakeScan): Report => ({
  scanId: scan.scanId ?? '',
  sensorInstanceId: scan.instance || null,
  state: scan.state,
  reason: null,
  reasonText: null,
  times: { accepted: new Date(scan.acceptedAtMs).toISOString(), started: null, finished: null },
  object: {
    name: scan.objectName,
    size: scan.sizeBytes,
    md5: null,
    sha1: null,
    sha256: scan.sha256,
    type: null,
  },
  detections: [],
  detectionsTotal: 0,
  engines: [],
  notExamined: [],
  notExaminedTotal: 0,
  policyApplied: null,
  released: null,
  reused: null,
  attempts: 1,
});
