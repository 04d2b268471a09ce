import type { NetConnectOpts } from 'node:net';
import type { Engine, EngineOutcome, EngineStatus, ScanContent } from '@sluice/contracts';
import { parseClamdUrl } from './clamd-address.js';
import { ClamdError, ClamdSession } from './clamd-session.js';
import { eicarTestFile } from './eicar-test-file.js';
import { parseReply, parseVersion } from './parse-reply.js';

export interface ClamavOptions {
  /** `unix:/path` or `tcp://host:port`. Throws RangeError when it is neither. */
  readonly url: string;
  /** clamd's StreamMaxLength: larger objects are not sent. */
  readonly maxObjectBytes: number;
}

/** Shorter than clamd's IdleTimeout (30 s), so that clamd never closes a session while it is being taken. */
const maxIdleMs = 10_000;
const selfTestTimeoutMs = 10_000;

/** ClamAV through clamd's INSTREAM. Sessions are kept and used again: a connection for each scan costs a third of the rate. */
export class ClamavEngine implements Engine {
  readonly name = 'clamav';
  readonly technology = 'am';
  private readonly address: NetConnectOpts;
  private readonly idle: { session: ClamdSession; sinceMs: number }[] = [];
  private readonly busy = new Set<ClamdSession>();
  private isClosed = false;

  constructor(private readonly options: ClamavOptions) {
    const address = parseClamdUrl(options.url);
    if (address === null) throw new RangeError('has to be unix:/path or tcp://host:port');
    this.address = address;
  }

  async scan(content: ScanContent, { timeoutMs }: { readonly timeoutMs: number }): Promise<EngineOutcome> {
    if (content.sizeBytes > this.options.maxObjectBytes) return { kind: 'unscannable', reason: 'too-large' };
    const startedMs = performance.now();
    try {
      return await this.withSession(timeoutMs, async (session) => {
        const leftMs = Math.max(1, timeoutMs - (performance.now() - startedMs));
        return parseReply(await session.scan(content.bytes, leftMs));
      });
    } catch (error) {
      const code = error instanceof ClamdError ? error.code : 'crashed';
      return { kind: 'failed', code, retryable: true };
    }
  }

  async selfTest(): Promise<EngineStatus> {
    try {
      return await this.withSession(selfTestTimeoutMs, (session) => this.examine(session));
    } catch (error) {
      const problem = error instanceof ClamdError ? error.message : 'the self-test failed';
      return this.statusOf({ problem });
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const { session } of this.idle.splice(0)) session.end();
    for (const session of this.busy) session.destroy();
  }

  private async examine(session: ClamdSession): Promise<EngineStatus> {
    const version = parseVersion(await session.command('VERSION', selfTestTimeoutMs));
    if (version === null) return this.statusOf({ problem: 'does not answer like clamd' });
    const eicar = parseReply(await session.scan(once(eicarTestFile()), selfTestTimeoutMs));
    const harmless = parseReply(await session.scan(once(Buffer.from('harmless')), selfTestTimeoutMs));
    const problem =
      eicar.kind !== 'infected'
        ? 'does not detect the EICAR test file'
        : harmless.kind !== 'clean'
          ? 'does not find a harmless text clean'
          : null;
    return this.statusOf({
      problem,
      version: version.version,
      signaturesAt: version.signaturesAt?.toISOString() ?? null,
    });
  }

  private statusOf(found: {
    problem: string | null;
    version?: string;
    signaturesAt?: string | null;
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
    };
  }

  private async withSession<Result>(
    timeoutMs: number,
    work: (session: ClamdSession) => Promise<Result>,
  ): Promise<Result> {
    const session = this.takeIdle() ?? (await ClamdSession.open(this.address, timeoutMs));
    this.busy.add(session);
    try {
      if (this.isClosed) throw new ClamdError('unreachable', 'the engine is closed');
      return await work(session);
    } catch (error) {
      session.destroy();
      throw error;
    } finally {
      this.busy.delete(session);
      this.keep(session);
    }
  }

  private takeIdle(): ClamdSession | null {
    for (let kept = this.idle.pop(); kept !== undefined; kept = this.idle.pop()) {
      if (kept.session.isAlive && performance.now() - kept.sinceMs < maxIdleMs) return kept.session;
      kept.session.end();
    }
    return null;
  }

  private keep(session: ClamdSession): void {
    if (this.isClosed) session.end();
    else if (session.isAlive) this.idle.push({ session, sinceMs: performance.now() });
  }
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
