import type { NetConnectOpts } from 'node:net';
import { ClamdError, ClamdSession } from './clamd-session.js';
import { type ClamdVersion, parseVersion } from './parse-reply.js';
import { ClamdTrials, type TrialsOptions } from './probes/clamd-trials.js';

export interface ClamdSessionsOptions extends Omit<TrialsOptions, 'open'> {
  readonly address: NetConnectOpts;
  /** How old a session may become; default 15 s. */
  readonly maxSessionMs?: number;
}

interface IdleSession {
  readonly session: ClamdSession;
  readonly sinceMs: number;
}

/** Shorter than clamd's IdleTimeout (30 s), so that clamd never closes a session while it is being taken. */
const maxIdleMs = 10_000;
/** Behind one address may be several clamds: one that came later gets its share by new connections. */
const maxSessionMs = 15_000;

/**
 * The sessions with the clamds behind one address, kept and used again: a connection for each scan costs a third of the
 * rate. Each is with a clamd that was tried before it is given out.
 *
 * | what happens                                   | the session                          | what is known of the clamds         |
 * |------------------------------------------------|--------------------------------------|-------------------------------------|
 * | its work is done                               | is kept, or ended once it is old     | stays                               |
 * | its work or its trial fails, or takes too long | is gone                              | stays                               |
 * | clamd closes it, at work or soon after         | is gone                              | is forgotten: it may be another one |
 * | the time ends while a clamd is tried with it   | stays busy until that trial ends     | stays, and the trial's is added     |
 * | none opens, or what answers is not clamd       | is gone                              | is forgotten                        |
 * | all are closed                                 | is ended; what is at work breaks off | stays                               |
 */
export class ClamdSessions {
  /** What the clamds showed when they were tried. */
  readonly trials: ClamdTrials;
  private readonly idle: IdleSession[] = [];
  private readonly busy = new Set<ClamdSession>();
  private isClosed = false;

  constructor(private readonly options: ClamdSessionsOptions) {
    this.trials = new ClamdTrials({ ...options, open: (timeoutMs) => this.open(timeoutMs) });
  }

  /** Of the clamds that sessions are with now, one for each session. */
  get versionsInUse(): string[] {
    return [
      ...[...this.busy].map(({ version }) => version),
      ...this.idle.filter((kept) => isUsable(kept)).map(({ session }) => session.version),
    ];
  }

  /** Work with a clamd that was tried within `timeoutMs`. Rejects ClamdError, and whatever the work throws: then the session is gone. */
  async withSession<Result>(
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

  /** Asks for the version, and remembers it with the session. */
  async greet(session: ClamdSession, timeoutMs: number): Promise<ClamdVersion> {
    const version = parseVersion(await session.command('VERSION', timeoutMs));
    if (version === null) throw new ClamdError('bad-answer', 'does not answer like clamd');
    session.version = version.version;
    return version;
  }

  /** Has the clamd of this version tried, unless it was; rejects ClamdError `timeout` while that goes on. */
  async know(session: ClamdSession, timeoutMs: number): Promise<void> {
    if (this.trials.isKnown(session.version)) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new ClamdError('timeout', 'it is still being tried what it can do');
      timer = setTimeout(() => reject(error), timeoutMs);
    });
    await Promise.race([this.trials.run(session), late]).finally(() => clearTimeout(timer));
  }

  close(): void {
    this.isClosed = true;
    this.trials.close();
    for (const { session } of this.idle.splice(0)) session.end();
    for (const session of this.busy) session.destroy();
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
      session = await ClamdSession.open(this.options.address, timeoutMs);
      await this.greet(session, timeoutMs);
      return session;
    } catch (error) {
      // What answers here next may be another one.
      this.trials.forget();
      session?.destroy();
      throw error;
    }
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

const isUsable = (kept: IdleSession): boolean => kept.session.isAlive && isFresh(kept);
const isFresh = ({ sinceMs }: IdleSession): boolean => performance.now() - sinceMs < maxIdleMs;
