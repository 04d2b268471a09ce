import { type PlainPacking, maxPlainBytes } from '@sluice/contracts';
import { ClamdError, type ClamdSession } from '../clamd-session.js';
import { parseVersion } from '../parse-reply.js';
import { type CapabilityTable, capabilityProblem } from './capability-table.js';
import { normalisesPage, tryClamd, trySlowLimits } from './try-clamd.js';

/** On a machine with everything to do; usually it takes a tenth of a second. */
const trialTimeoutMs = 60_000;
const slowTrialTimeoutMs = 180_000;
/** What takes seconds waits until scans that came in while the scanner started are done. */
const slowTrialDelayMs = 30_000;
const slowTrialRetryMs = 300_000;
/** What it takes to say no to a stream. */
const streamWaitMs = 1000;
/** Clamds behind one address may have different signatures for a while. */
const maxVersions = 4;

export interface TrialsOptions {
  /** A connection of its own, already greeted. Rejects ClamdError. */
  readonly open: (timeoutMs: number) => Promise<ClamdSession>;
  /** The scanner's word for StreamMaxLength. */
  readonly maxObjectBytes: number;
  /** Default: half a minute. */
  readonly slowTrialDelayMs?: number;
}

/**
 * What is known of the clamds behind one address, by their version: tried when one is met for the first time, again when
 * its signatures or its version changed, and again after a connection was lost, because it may have been started anew
 * with another configuration. Clamds of one version behind one address have to have one configuration.
 */
export class ClamdTrials {
  private readonly tables = new Map<string, CapabilityTable>();
  private readonly underWay = new Map<string, { session: ClamdSession; done: Promise<void> }>();
  private slowTimer: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(private readonly options: TrialsOptions) {}

  /** All that are known, the latest last. */
  get known(): readonly CapabilityTable[] {
    return [...this.tables.values()];
  }

  isKnown(version: string): boolean {
    return this.tables.has(version);
  }

  /** Of any of them: an object may get to each. */
  get problem(): string | null {
    return this.known.map(capabilityProblem).find((problem) => problem !== null) ?? null;
  }

  /** Every one of them was seen to, and cuts nothing that is packed so: an object may have got to each. */
  openByThemselves(packing: PlainPacking): boolean {
    const opens = ({ opensByItself, largestFileBytes }: CapabilityTable): boolean =>
      opensByItself.has(packing) && largestFileBytes >= maxPlainBytes;
    return this.tables.size > 0 && this.known.every(opens);
  }

  /** Nothing that was seen before counts any more. */
  forget(): void {
    this.tables.clear();
  }

  /** Tries the clamd at the other end, unless its like is being tried: then waits for that. Rejects ClamdError. */
  async run(session: ClamdSession): Promise<void> {
    const { version } = session;
    const running = this.underWay.get(version);
    if (running !== undefined) return running.done;
    const done = this.tryNow(session, version).finally(() => this.underWay.delete(version));
    // Whoever waits may give up before it ends.
    done.catch(() => undefined);
    this.underWay.set(version, { session, done });
    return done;
  }

  /** Ends, well or not, with the trial that uses this session; null when none does. */
  underWayOn(session: ClamdSession): Promise<void> | null {
    const running = [...this.underWay.values()].find((one) => one.session === session);
    return running?.done.catch(() => undefined) ?? null;
  }

  /** Is HTML of this size normalised by all of them? Tried when it was not before; then it takes as long as such a page. */
  async normalises(sizeBytes: number, timeoutMs: number): Promise<boolean> {
    for (const table of this.known) {
      if (sizeBytes >= table.pageBytes.cut) return false;
      if (sizeBytes <= table.pageBytes.proven) continue;
      // Once for all pages of about this size; a limit may lie in between.
      const roundBytes = 2 ** Math.ceil(Math.log2(sizeBytes));
      const isProven =
        (roundBytes < table.pageBytes.cut && (await this.provePage(table, roundBytes, timeoutMs))) ||
        (await this.provePage(table, sizeBytes, timeoutMs));
      if (!isProven) return false;
    }
    return this.tables.size > 0;
  }

  close(): void {
    this.isClosed = true;
    if (this.slowTimer !== null) clearTimeout(this.slowTimer);
  }

  private async tryNow(session: ClamdSession, version: string): Promise<void> {
    const deadlineMs = performance.now() + trialTimeoutMs;
    const table = await tryClamd(session, version, { deadlineMs });
    const after = parseVersion(await session.command('VERSION', trialTimeoutMs))?.version;
    if (after !== version) throw new ClamdError('bad-answer', 'it changed while it was tried');
    this.keep(table);
    this.scheduleSlow(this.options.slowTrialDelayMs ?? slowTrialDelayMs);
  }

  private keep(table: CapabilityTable): void {
    this.tables.delete(table.version);
    this.tables.set(table.version, table);
    const [oldest] = this.tables.keys();
    if (this.tables.size > maxVersions && oldest !== undefined) this.tables.delete(oldest);
  }

  private scheduleSlow(delayMs: number): void {
    if (this.isClosed) return;
    if (this.slowTimer !== null) clearTimeout(this.slowTimer);
    this.slowTimer = setTimeout(() => void this.trySlow(), delayMs);
    this.slowTimer.unref();
  }

  /** One after the other, and again later when it could not be done: until then the table says `not tried yet`. */
  private async trySlow(): Promise<void> {
    this.slowTimer = null;
    try {
      const table = await this.onOwnSession(slowTrialTimeoutMs, async (session, version, deadlineMs) => {
        const before = this.tables.get(version);
        if (before === undefined || before.limits.MaxFiles !== 'not-tried') return null;
        return trySlowLimits(session, before, { deadlineMs });
      });
      const refusesLargestStream = await this.refusesLargestStream();
      if (table !== null && this.isKnown(table.version)) this.keep({ ...table, refusesLargestStream });
      if (this.known.some(({ limits }) => limits.MaxFiles === 'not-tried'))
        this.scheduleSlow(slowTrialRetryMs);
    } catch (error) {
      if (!(error instanceof ClamdError)) throw error;
      this.scheduleSlow(slowTrialRetryMs);
    }
  }

  /** It answers before the bytes come when they would be too many; else it waits for them. */
  private async refusesLargestStream(): Promise<boolean> {
    const session = await this.options.open(slowTrialTimeoutMs);
    return session.refusesStream(Math.min(this.options.maxObjectBytes, 0xffff_ffff), streamWaitMs);
  }

  private async provePage(table: CapabilityTable, sizeBytes: number, timeoutMs: number): Promise<boolean> {
    if (sizeBytes > maxPageBytes) return false;
    const isNormalised = await this.onOwnSession(timeoutMs, async (session, version, deadlineMs) => {
      if (version !== table.version) return null;
      return normalisesPage(session, sizeBytes, { deadlineMs });
    }).catch((error: unknown) => {
      if (error instanceof ClamdError) return null;
      throw error;
    });
    const latest = this.tables.get(table.version);
    if (isNormalised === null || latest === undefined) return false;
    const { proven, cut } = latest.pageBytes;
    const pageBytes = isNormalised
      ? { proven: Math.max(proven, sizeBytes), cut }
      : { proven, cut: Math.min(cut, sizeBytes) };
    this.tables.set(latest.version, { ...latest, pageBytes });
    return isNormalised;
  }

  private async onOwnSession<Result>(
    timeoutMs: number,
    work: (session: ClamdSession, version: string, deadlineMs: number) => Promise<Result>,
  ): Promise<Result> {
    const deadlineMs = performance.now() + timeoutMs;
    const session = await this.options.open(timeoutMs);
    try {
      return await work(session, session.version, deadlineMs);
    } finally {
      session.end();
    }
  }
}

/** A larger page is not made to try with: it counts as not normalised. */
const maxPageBytes = 512 * 1024 * 1024;
