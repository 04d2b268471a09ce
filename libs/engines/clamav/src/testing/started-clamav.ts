import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EngineOutcome } from '@sluice/contracts';
import { contentOf } from '@sluice/contracts/testing';
import { type PrivateClamd, type PrivateClamdOptions, startPrivateClamd } from '@sluice/private-servers';
import { ClamavEngine, type ClamavOptions } from '../clamav.engine.js';

type StartOptions = Partial<PrivateClamdOptions> &
  Partial<Pick<ClamavOptions, 'maxObjectBytes' | 'slowTrialDelayMs'>>;

export const scanBytes = (engine: ClamavEngine, bytes: Buffer, timeoutMs = 120_000): Promise<EngineOutcome> =>
  engine.scan(contentOf(bytes), { timeoutMs });

/** A clamd of a suite's own, which knows the test signatures alone, and an engine that asks it. */
export class StartedClamav {
  private constructor(
    readonly home: string,
    private readonly options: StartOptions,
    public clamd: PrivateClamd,
    readonly engine: ClamavEngine,
  ) {}

  /** In a folder that is gone with it, unless one is given. */
  static async start(options: StartOptions = {}): Promise<StartedClamav> {
    const home = options.home ?? mkdtempSync(path.join(tmpdir(), 'started-clamav-'));
    const clamd = await startPrivateClamd({ officialDatabase: null, ...options, home });
    const { maxObjectBytes = clamd.maxObjectBytes, slowTrialDelayMs } = options;
    const engine = new ClamavEngine({
      url: clamd.url,
      maxObjectBytes,
      ...(slowTrialDelayMs !== undefined && { slowTrialDelayMs }),
    });
    return new StartedClamav(home, options, clamd, engine);
  }

  scan(bytes: Buffer, timeoutMs?: number): Promise<EngineOutcome> {
    return scanBytes(this.engine, bytes, timeoutMs);
  }

  /** Another clamd takes its place; the engine is not told. */
  async exchange(changes: Readonly<Record<string, string>>): Promise<void> {
    await this.clamd.stop();
    this.clamd = await startPrivateClamd({ officialDatabase: null, home: this.home, changes });
  }

  async stop(): Promise<void> {
    await this.engine.close();
    await this.clamd.stop();
    if (this.options.home === undefined) rmSync(this.home, { recursive: true, force: true });
  }
}
