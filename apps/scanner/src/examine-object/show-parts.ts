import { createHash } from 'node:crypto';
import type { Engine, EngineOutcome, NotExamined, UnexaminedReason } from '@sluice/contracts';
import type { SandboxRecord } from '@sluice/sandbox';
import { type InspectionLimits, type ShownPart, shownPartSchema } from '../inspection/inspection.schema.js';
import type { CallLimit } from './call-limit.js';
import type { CutShort } from './cut-short.js';
import { type EngineView, viewOf } from './engine-view.js';
import { lessShortfall } from './less-shortfall.js';

export interface ShowOptions {
  readonly limits: InspectionLimits;
  readonly objectBytes: number;
  /** By `performance.now()`. */
  readonly deadlineMs: number;
  readonly isAllowed: (sha256: string) => boolean;
  readonly cut: CutShort;
  readonly calls: CallLimit;
  /** An engine has said something of a part. */
  readonly onSaid: () => void;
}

/** Parts up to this size are taken whole, and several are shown at once; larger ones pass through, one at a time. */
const maxGatheredBytes = 256 * 1024;
/** More would only take clamd's threads from other scans. */
const maxInFlight = 4;

/** What a process gave out that it must not: the process is a liar or broken. */
export class UnbelievablePart extends Error {
  override readonly name = 'UnbelievablePart';
}

/**
 * Shows the parts of one object to every content engine, each distinct one (by SHA-256) once. What comes in is a
 * stranger's word: numbers, sizes and hashes are checked, and sums are bounded by what may be unpacked at all.
 */
export class PartShow {
  readonly views: readonly EngineView[];
  private readonly numbers = new Set<number>();
  private readonly seen = new Set<string>();
  private readonly inFlight = new Set<Promise<void>>();
  private totalBytes = 0;

  constructor(
    engines: readonly Engine[],
    private readonly options: ShowOptions,
  ) {
    this.views = engines.map(viewOf);
  }

  /** One record of the inspector. Resolves when the next one may come. Rejects UnbelievablePart. */
  async take({ about, sizeBytes, bytes }: SandboxRecord): Promise<void> {
    const part = this.checked(about, sizeBytes);
    for (const view of this.views) view.note(part, this.options.isAllowed(part.sha256));
    if (this.views.length === 0 || this.seen.has(part.sha256)) return;
    this.seen.add(part.sha256);
    if (this.totalBytes > this.options.limits.maxTotalBytes)
      return this.leaveOut(part, 'limit-exceeded', 'clamavBytes');
    if (sizeBytes > maxGatheredBytes) return this.pass(part, sizeBytes, bytes);
    const content = Buffer.concat(await gather(bytes));
    if (hashOf(content) !== part.sha256 || content.length !== sizeBytes) throw misnamed();
    while (this.inFlight.size >= maxInFlight) await Promise.race(this.inFlight);
    this.start(this.show(part, () => ({ sizeBytes, bytes: once(content) })));
  }

  /** Everything that was taken has been judged. */
  async finish(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
  }

  private checked(about: unknown, sizeBytes: number): ShownPart {
    const parsed = shownPartSchema.safeParse(about);
    if (!parsed.success) throw new UnbelievablePart('not the form of a part', { cause: parsed.error });
    const { limits, objectBytes } = this.options;
    this.totalBytes += sizeBytes;
    const isTooMuch =
      sizeBytes > Math.max(limits.maxPartBytes, objectBytes) || this.numbers.size >= limits.maxParts;
    if (isTooMuch || this.numbers.has(parsed.data.number))
      throw new UnbelievablePart('more or larger parts than there can be');
    this.numbers.add(parsed.data.number);
    return parsed.data;
  }

  private start(work: Promise<void>): void {
    const done = work.finally(() => this.inFlight.delete(done));
    this.inFlight.add(done);
  }

  /** A large part. With one content engine it passes straight through, hashed on its way; several share what is held. */
  private async pass(part: ShownPart, sizeBytes: number, bytes: AsyncIterable<Buffer>): Promise<void> {
    const hashing = new HashedBytes(bytes);
    const [only, ...others] = this.views;
    if (only !== undefined && others.length === 0) {
      await this.showTo(only, part, { sizeBytes, bytes: hashing });
    } else {
      const whole = Buffer.concat(await gather(hashing));
      await this.show(part, () => ({ sizeBytes, bytes: once(whole) }));
    }
    // An engine that ended early has not said clean; what it did not read is of no use to anyone.
    if (hashing.sizeBytes === sizeBytes && hashing.digest() !== part.sha256) throw misnamed();
  }

  private async show(part: ShownPart, content: () => Parameters<Engine['scan']>[0]): Promise<void> {
    await Promise.all(this.views.map((view) => this.showTo(view, part, content())));
  }

  private async showTo(
    view: EngineView,
    part: ShownPart,
    content: Parameters<Engine['scan']>[0],
  ): Promise<void> {
    // Its word on this object is lost already; more parts would only keep it from others.
    if (view.failure !== null) return;
    const { cut, calls } = this.options;
    const outcome = await cut.scan(() => calls.run(() => this.ask(view, part, content)));
    view.take(part, outcome, content.sizeBytes);
    this.options.onSaid();
  }

  private async ask(
    { engine }: EngineView,
    { mime, streams }: ShownPart,
    content: Parameters<Engine['scan']>[0],
  ): Promise<EngineOutcome> {
    const { deadlineMs } = this.options;
    const timeoutMs = deadlineMs - performance.now();
    if (timeoutMs <= 0) return { kind: 'failed', code: 'timeout', retryable: true };
    const outcome = await engine.scan(content, { timeoutMs });
    const kind = { mime, streams, sizeBytes: content.sizeBytes };
    return lessShortfall(engine, { outcome, kind, deadlineMs });
  }

  private leaveOut(part: ShownPart, reason: UnexaminedReason, limit: NotExamined['limit']): void {
    for (const view of this.views) view.leaveOut(part.path, reason, limit);
  }
}

const misnamed = (): UnbelievablePart => new UnbelievablePart('other bytes than announced');
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function gather(bytes: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return chunks;
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** Passes bytes on and hashes them. */
class HashedBytes implements AsyncIterable<Buffer> {
  sizeBytes = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly source: AsyncIterable<Buffer>) {}

  digest(): string {
    return this.hash.digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.source) {
      this.sizeBytes += chunk.length;
      this.hash.update(chunk);
      yield chunk;
    }
  }
}
