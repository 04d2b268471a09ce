import type { NetConnectOpts } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Engine,
  type EngineErrorCode,
  type EngineOutcome,
  type EngineStatus,
  type HeuristicMeaning,
  type PlainPacking,
  type ScanContent,
  type ScannedKind,
  type Shortfall,
  parseHeuristics,
} from '@sluice/contracts';
import { parseClamdUrl } from './clamd-address.js';
import { ClamdError, ClamdSession } from './clamd-session.js';
import { eicarTestFile } from './eicar-test-file.js';
import { type ClamdVersion, isNoMemory, parseReply, parseVersion } from './parse-reply.js';
import { type CapabilityTable, capabilityNotes, capabilityShortfalls } from './probes/capability-table.js';
import { ClamdTrials } from './probes/clamd-trials.js';
import { shortfallOf } from './probes/shortfall.js';
import { tarBundle } from './tar-bundle.js';

export interface ClamavOptions {
  /** `unix:/path` or `tcp://host:port`. Throws RangeError when it is neither. */
  readonly url: string;
  /** clamd's StreamMaxLength: larger objects are not sent. */
  readonly maxObjectBytes: number;
  /** The setting `clamavHeuristics`, as it is now; absent: nothing is changed. */
  readonly heuristics?: () => string;
  /** For specs: how old a session may become; default 15 s. */
  readonly maxSessionMs?: number;
  /** For specs: when what takes seconds is tried, after the rest. */
  readonly slowTrialDelayMs?: number;
}

interface IdleSession {
  readonly session: ClamdSession;
  readonly sinceMs: number;
}

/** Shorter than clamd's IdleTimeout (30 s), so that clamd never closes a session while it is being taken. */
const maxIdleMs = 10_000;
/** Behind one address may be several clamds: one that came later gets its share by new connections. */
const maxSessionMs = 15_000;
/** What a clamd that ends by itself takes no more commands after. */
const endingMs = 2000;
const selfTestTimeoutMs = 10_000;
/** With the trial of a clamd that is met for the first time. */
const firstTestTimeoutMs = 90_000;

/**
 * ClamAV through clamd's INSTREAM. Sessions are kept and used again: a connection for each scan costs a third of the rate.
 * A clamd scans only after it was tried (`probes`): one that cuts in silence never says clean here.
 */
export class ClamavEngine implements Engine {
  readonly name = 'clamav';
  readonly technology = 'am';
  private readonly address: NetConnectOpts;
  private readonly idle: IdleSession[] = [];
  private readonly busy = new Set<ClamdSession>();
  private readonly trials: ClamdTrials;
  private changes: { text: string; table: ReadonlyMap<string, HeuristicMeaning> } = {
    text: '',
    table: new Map(),
  };
  private isClosed = false;

  constructor(private readonly options: ClamavOptions) {
    const address = parseClamdUrl(options.url);
    if (address === null) throw new RangeError('has to be unix:/path or tcp://host:port');
    this.address = address;
    this.trials = new ClamdTrials({
      open: (timeoutMs) => this.open(timeoutMs),
      maxObjectBytes: options.maxObjectBytes,
      ...(options.slowTrialDelayMs !== undefined && { slowTrialDelayMs: options.slowTrialDelayMs }),
    });
  }

  async scan(content: ScanContent, { timeoutMs }: { readonly timeoutMs: number }): Promise<EngineOutcome> {
    if (content.sizeBytes > this.options.maxObjectBytes) return { kind: 'unscannable', reason: 'too-large' };
    const startedMs = performance.now();
    let isShown = false;
    try {
      return await this.withSession(timeoutMs, async (session) => {
        const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
        // Never asked of one that is known to cut in silence.
        if (this.trials.problem !== null) return failedAs('refused');
        isShown = true;
        const reply = await session.scan(content.bytes, leftMs);
        if (isNoMemory(reply) && !(await this.hasMemory(session))) return failedAs('refused');
        return parseReply(reply, this.heuristics());
      });
    } catch (error) {
      const code = error instanceof ClamdError ? error.code : 'crashed';
      // Over a file of its trial: this object is not what ended it.
      const isOfTrial = code === 'broke-off' && !isShown;
      return failedAs(isOfTrial ? 'unreachable' : code);
    }
  }

  /** One tar: who opens none is never asked, `capabilityProblem` refuses it before. */
  scanTogether(
    contents: readonly Uint8Array[],
    options: { readonly timeoutMs: number },
  ): Promise<EngineOutcome> {
    const bundle = tarBundle(contents);
    return this.scan({ sizeBytes: bundle.length, bytes: once(bundle) }, options);
  }

  shortfall(kind: ScannedKind, { timeoutMs }: { readonly timeoutMs: number }): Promise<Shortfall | null> {
    return shortfallOf(this.trials, kind, timeoutMs);
  }

  opensByItself(packing: PlainPacking): boolean {
    return this.trials.problem === null && this.trials.openByThemselves(packing);
  }

  readonly versionsInUse = (): string[] => [
    ...[...this.busy].map(({ version }) => version),
    ...this.idle.filter((kept) => isUsable(kept)).map(({ session }) => session.version),
  ];

  async selfTest(): Promise<EngineStatus> {
    try {
      return await this.withSession(firstTestTimeoutMs, (session) => this.examine(session));
    } catch (error) {
      const problem =
        error instanceof ClamdError ? error.message : `the self-test failed: ${String(error).slice(0, 500)}`;
      return this.statusOf({ problem });
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.trials.close();
    for (const { session } of this.idle.splice(0)) session.end();
    for (const session of this.busy) session.destroy();
  }

  private async examine(session: ClamdSession): Promise<EngineStatus> {
    const before = session.version;
    const version = await this.greet(session, selfTestTimeoutMs);
    // New signatures, or another program: what it can do may be something else.
    if (session.version !== before) await this.know(session, firstTestTimeoutMs);
    const eicar = parseReply(await session.scan(once(eicarTestFile()), selfTestTimeoutMs));
    const harmless = parseReply(await session.scan(once(Buffer.from('harmless')), selfTestTimeoutMs));
    const problem =
      eicar.kind !== 'infected'
        ? 'does not detect the EICAR test file'
        : harmless.kind !== 'clean'
          ? 'does not find a harmless text clean'
          : this.trials.problem;
    const table = this.trials.known.find((one) => one.version === session.version);
    return this.statusOf({
      problem,
      version: version.version,
      signaturesAt: version.signaturesAt?.toISOString() ?? null,
      table: table ?? null,
    });
  }

  /**
   * Then it was too much for one object alone. A clamd with `ExitOnOOM yes` is about to end, and answers the next command
   * rightly, wrongly or not at all; a moment later it answers none, while one that has no memory for anything does.
   */
  private async hasMemory(session: ClamdSession): Promise<boolean> {
    try {
      const outcome = parseReply(await session.scan(once(eicarTestFile()), selfTestTimeoutMs));
      if (outcome.kind === 'infected') return true;
      await delay(endingMs);
      await session.command('PING', endingMs);
      return false;
    } catch (cause) {
      throw new ClamdError('broke-off', 'clamd ended for lack of memory', { cause });
    }
  }

  private heuristics(): ReadonlyMap<string, HeuristicMeaning> {
    const text = this.options.heuristics?.() ?? '';
    if (text !== this.changes.text) {
      const parsed = parseHeuristics(text);
      // The settings' schema lets no such text through; if one came, what is usual holds.
      this.changes = { text, table: typeof parsed === 'string' ? new Map() : parsed };
    }
    return this.changes.table;
  }

  private statusOf(found: {
    problem: string | null;
    version?: string;
    signaturesAt?: string | null;
    table?: CapabilityTable | null;
  }): EngineStatus {
    const signaturesAt = found.signaturesAt ?? null;
    return {
      engine: this.name,
      technology: this.technology,
      version: found.version ?? 'unknown',
      signaturesAt,
      // Only official databases are dated; whatever else clamd was given is not protection to rely on.
      isTestSignatures: found.version !== undefined && signaturesAt === null,
      isHealthy: found.problem === null,
      problem: found.problem,
      maxObjectBytes: this.options.maxObjectBytes,
      ...(found.table !== undefined &&
        found.table !== null && {
          notes: capabilityNotes(found.table),
          shortfalls: capabilityShortfalls(found.table),
        }),
    };
  }

  private async withSession<Result>(
    timeoutMs: number,
    work: (session: ClamdSession) => Promise<Result>,
  ): Promise<Result> {
    const session = await this.take(timeoutMs);
    try {
      if (this.isClosed) throw new ClamdError('unreachable', 'the engine is closed');
      return await work(session);
    } catch (error) {
      if (session.wasLost) this.trials.forget();
      session.destroy();
      throw error;
    } finally {
      this.busy.delete(session);
      this.keep(session);
    }
  }

  /** A session with a clamd that was tried; it is among the busy ones. */
  private async take(timeoutMs: number): Promise<ClamdSession> {
    const startedMs = performance.now();
    const session = this.takeIdle() ?? (await this.open(timeoutMs));
    this.busy.add(session);
    try {
      await this.know(session, Math.max(1, timeoutMs - (performance.now() - startedMs)));
      return session;
    } catch (error) {
      const trial = this.trials.underWayOn(session);
      if (trial === null) {
        this.busy.delete(session);
        session.destroy();
      } else
        // Goes on, for whoever comes next.
        void trial.finally(() => {
          this.busy.delete(session);
          this.keep(session);
        });
      throw error;
    }
  }

  private async open(timeoutMs: number): Promise<ClamdSession> {
    let session: ClamdSession | null = null;
    try {
      session = await ClamdSession.open(this.address, timeoutMs);
      await this.greet(session, timeoutMs);
      return session;
    } catch (error) {
      // What answers here next may be another one.
      this.trials.forget();
      session?.destroy();
      throw error;
    }
  }

  /** Asks for the version, and remembers it with the session. */
  private async greet(session: ClamdSession, timeoutMs: number): Promise<ClamdVersion> {
    const version = parseVersion(await session.command('VERSION', timeoutMs));
    if (version === null) throw new ClamdError('bad-answer', 'does not answer like clamd');
    session.version = version.version;
    return version;
  }

  private async know(session: ClamdSession, timeoutMs: number): Promise<void> {
    if (this.trials.isKnown(session.version)) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new ClamdError('timeout', 'it is still being tried what it can do');
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    await Promise.race([this.trials.run(session), late]).finally(() => clearTimeout(timer));
  }

  private takeIdle(): ClamdSession | null {
    for (let kept = this.idle.pop(); kept !== undefined; kept = this.idle.pop()) {
      if (isUsable(kept)) return kept.session;
      // clamd does not close a session so soon: it ended, and what is there now may be another one.
      if (kept.session.wasLost && isFresh(kept)) this.trials.forget();
      kept.session.end();
    }
    return null;
  }

  private keep(session: ClamdSession): void {
    if (this.isClosed) session.end();
    else if (performance.now() - session.sinceMs >= (this.options.maxSessionMs ?? maxSessionMs))
      session.end();
    else if (session.isAlive) this.idle.push({ session, sinceMs: performance.now() });
  }
}

const failedAs = (code: EngineErrorCode): EngineOutcome => ({ kind: 'failed', code, retryable: true });
const isUsable = (kept: IdleSession): boolean => kept.session.isAlive && isFresh(kept);
const isFresh = ({ sinceMs }: IdleSession): boolean => performance.now() - sinceMs < maxIdleMs;

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
