import type { Engine, EngineOutcome, ScanContent, ScannedKind, Shortfall } from '../engine.js';
import type { PlainPacking } from '../plain-packing.js';
import type { EngineStatus } from '../registry.message.js';
import { contentOf } from './content-of.js';

/** Detects what contains this word. */
export const fakeMalware = 'fake malware';

/** An engine for tests whose health and next outcomes can be set. */
export class FakeEngine implements Engine {
  readonly name = 'fake';
  readonly technology = 'am';
  /** Instead of scanning, while set. */
  nextOutcome: EngineOutcome | null = null;
  problem: string | null = null;
  isTestSignatures = false;
  signaturesAt: string | null = new Date().toISOString();
  /** What it leaves out of a kind of object. */
  missedOf: (kind: ScannedKind) => Shortfall | null = () => null;
  /** Ways of packing that it opens by itself. */
  readonly packings = new Set<PlainPacking>();
  scanCount = 0;
  /** How many contents each call for several had. */
  readonly bundles: number[] = [];
  /** Scans wait for it. */
  gate: Promise<void> = Promise.resolve();
  activeCount = 0;
  maxActiveCount = 0;

  async scan(content: ScanContent): Promise<EngineOutcome> {
    this.scanCount += 1;
    this.activeCount += 1;
    this.maxActiveCount = Math.max(this.maxActiveCount, this.activeCount);
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content.bytes) chunks.push(chunk);
      await this.gate;
      if (this.nextOutcome !== null) return this.nextOutcome;
      if (!Buffer.concat(chunks).includes(fakeMalware)) return { kind: 'clean' };
      const detection = {
        engine: this.name,
        technology: this.technology,
        name: 'Fake.Malware',
        path: [],
      } as const;
      return { kind: 'infected', detections: [{ ...detection, path: [] }] };
    } catch {
      return { kind: 'failed', code: 'source-failed', retryable: true };
    } finally {
      this.activeCount -= 1;
    }
  }

  async scanTogether(contents: readonly Uint8Array[]): Promise<EngineOutcome> {
    this.bundles.push(contents.length);
    const bytes = Buffer.concat(contents);
    const outcome = await this.scan(contentOf(bytes));
    this.scanCount -= 1;
    return outcome;
  }

  opensByItself(packing: PlainPacking): boolean {
    return this.packings.has(packing);
  }

  shortfall(kind: ScannedKind): Promise<Shortfall | null> {
    return Promise.resolve(this.missedOf(kind));
  }

  async selfTest(): Promise<EngineStatus> {
    return {
      engine: this.name,
      technology: this.technology,
      version: '1',
      signaturesAt: this.signaturesAt,
      isTestSignatures: this.isTestSignatures,
      isHealthy: this.problem === null,
      problem: this.problem,
      maxObjectBytes: null,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
