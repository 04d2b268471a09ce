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
import { ClamdError, type ClamdSession } from './clamd-session.js';
import { ClamdSessions } from './clamd-sessions.js';
import { eicarTestFile } from './eicar-test-file.js';
import { isNoMemory, parseReply } from './parse-reply.js';
import { type CapabilityTable, capabilityNotes, capabilityShortfalls } from './probes/capability-table.js';
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

/** What a clamd that ends by itself takes no more commands after. */
const endingMs = 2000;
const selfTestTimeoutMs = 10_000;
/** With the trial of a clamd that is met for the first time. */
const firstTestTimeoutMs = 90_000;

/** ClamAV through clamd's INSTREAM. A clamd scans only after it was tried (`probes`): one that cuts in silence never says clean here. */
export class ClamavEngine implements Engine {
  readonly name = 'clamav';
  readonly technology = 'am';
  private readonly sessions: ClamdSessions;
  private changes: { text: string; table: ReadonlyMap<string, HeuristicMeaning> } = {
    text: '',
    table: new Map(),
  };

  constructor(private readonly options: ClamavOptions) {
    const address = parseClamdUrl(options.url);
    if (address === null) throw new RangeError('has to be unix:/path or tcp://host:port');
    this.sessions = new ClamdSessions({ ...options, address });
  }

  async scan(content: ScanContent, { timeoutMs }: { readonly timeoutMs: number }): Promise<EngineOutcome> {
    if (content.sizeBytes > this.options.maxObjectBytes) return { kind: 'unscannable', reason: 'too-large' };
    const startedMs = performance.now();
    let isShown = false;
    try {
      return await this.sessions.withSession(timeoutMs, async (session) => {
        const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
        // Never asked of one that is known to cut in silence.
        if (this.sessions.trials.problem !== null) return failedAs('refused');
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
    return shortfallOf(this.sessions.trials, kind, timeoutMs);
  }

  opensByItself(packing: PlainPacking): boolean {
    return this.sessions.trials.problem === null && this.sessions.trials.openByThemselves(packing);
  }

  readonly versionsInUse = (): string[] => this.sessions.versionsInUse;

  async selfTest(): Promise<EngineStatus> {
    try {
      return await this.sessions.withSession(firstTestTimeoutMs, (session) => this.examine(session));
    } catch (error) {
      const problem =
        error instanceof ClamdError ? error.message : `the self-test failed: ${String(error).slice(0, 500)}`;
      return this.statusOf({ problem });
    }
  }

  async close(): Promise<void> {
    this.sessions.close();
  }

  private async examine(session: ClamdSession): Promise<EngineStatus> {
    const before = session.version;
    const version = await this.sessions.greet(session, selfTestTimeoutMs);
    // New signatures, or another program: what it can do may be something else.
    if (session.version !== before) await this.sessions.know(session, firstTestTimeoutMs);
    const eicar = parseReply(await session.scan(once(eicarTestFile()), selfTestTimeoutMs));
    const harmless = parseReply(await session.scan(once(Buffer.from('harmless')), selfTestTimeoutMs));
    const problem =
      eicar.kind !== 'infected'
        ? 'does not detect the EICAR test file'
        : harmless.kind !== 'clean'
          ? 'does not find a harmless text clean'
          : this.sessions.trials.problem;
    const table = this.sessions.trials.known.find((one) => one.version === session.version);
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
}

const failedAs = (code: EngineErrorCode): EngineOutcome => ({ kind: 'failed', code, retryable: true });

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
