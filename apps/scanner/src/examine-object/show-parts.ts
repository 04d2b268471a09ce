import { createHash } from 'node:crypto';
import type { Engine, NotExamined, UnexaminedReason } from '@sluice/contracts';
import type { SandboxRecord } from '@sluice/sandbox';
import { type InspectionLimits, type ShownPart, shownPartSchema } from '../inspection/inspection.schema.js';
import { AskEngines, type AskOptions, type HeldPart } from './ask-engines.js';
import { type EngineView, viewOf } from './engine-view.js';
import { type HeldPlainPart, type PlainPart, Sparing } from './sparing.js';

export interface ShowOptions extends AskOptions {
  readonly limits: InspectionLimits;
  readonly objectBytes: number;
  readonly isAllowed: (sha256: string) => boolean;
}

/** Parts up to this size are taken whole, and several are shown at once; larger ones pass through, one at a time. */
const maxGatheredBytes = 256 * 1024;
/** More would only take clamd's threads from other scans. */
const maxInFlight = 4;
/** While that many calls are under way smaller parts gather, and go to an engine together in the next one. */
const maxTogetherPartBytes = 64 * 1024;
const maxTogetherBytes = 1024 * 1024;
const maxTogether = 100;

/** What a process gave out that it must not: the process is a liar or broken. */
export class UnbelievablePart extends Error {
  override readonly name = 'UnbelievablePart';
}

/**
 * Shows the parts of one object to every content engine, each distinct one (by SHA-256) once. What comes in is a
 * stranger's word: numbers, sizes and hashes are checked, and sums are bounded by what may be unpacked at all. A part that
 * an engine opened by itself when it called the object clean is spared; the word for that is the engine's, and the packing
 * is nothing that the process could hide behind: it might as well have kept the part to itself.
 */
export class PartShow {
  readonly views: readonly EngineView[];
  private readonly asking: AskEngines;
  private readonly sparing: Sparing;
  private readonly numbers = new Set<number>();
  private readonly seen = new Set<string>();
  private readonly inFlight = new Set<Promise<void>>();
  private gathered: HeldPart[] = [];
  private gatheredBytes = 0;
  private totalBytes = 0;

  constructor(
    engines: readonly Engine[],
    private readonly options: ShowOptions,
  ) {
    this.views = engines.map(viewOf);
    this.asking = new AskEngines(options);
    this.sparing = new Sparing(this.views, options.deadlineMs);
  }

  /** One record of the inspector. Resolves when the next one may come. Rejects UnbelievablePart. */
  async take({ about, sizeBytes, bytes }: SandboxRecord): Promise<void> {
    const part = this.checked(about, sizeBytes);
    for (const view of this.views) view.note(part, this.options.isAllowed(part.sha256));
    if (this.views.length === 0 || this.seen.has(part.sha256)) return;
    this.seen.add(part.sha256);
    if (this.totalBytes > this.options.limits.maxTotalBytes)
      return this.leaveOut(part, 'limit-exceeded', 'clamavBytes');
    if (this.sparing.isPossible(part)) return this.takePlain(part, sizeBytes, bytes);
    return this.takeToShow(part, sizeBytes, bytes);
  }

  private async takeToShow(part: ShownPart, sizeBytes: number, bytes: AsyncIterable<Buffer>): Promise<void> {
    if (sizeBytes > maxGatheredBytes) return this.pass(part, sizeBytes, bytes);
    const content = await this.gatherAll(part, sizeBytes, bytes);
    if (sizeBytes <= maxTogetherPartBytes) return this.hold({ part, content });
    await this.startOne((view) => this.asking.ask(view, { part, content }));
  }

  /** Everything that was taken has been judged. Needs every view's word on the object. */
  async finish(): Promise<void> {
    for (const held of this.sparing.takeHeld()) await this.startOne((view) => this.spareOrAsk(view, held));
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

  /** One that is too large to be held waits on its way, and with it the inspector. */
  private async takePlain(part: PlainPart, sizeBytes: number, bytes: AsyncIterable<Buffer>): Promise<void> {
    if (this.sparing.hasRoom(sizeBytes))
      return this.sparing.hold({ part, content: await this.gatherAll(part, sizeBytes, bytes) });
    if (!(await this.sparing.isSparedByAll(part))) return this.takeToShow(part, sizeBytes, bytes);
    const hashing = new HashedBytes(bytes);
    await hashing.readAll();
    if (hashing.sizeBytes !== sizeBytes || hashing.digest() !== part.sha256) throw misnamed();
    await this.toAll((view) => this.asking.spare(view, part, sizeBytes));
  }

  private async spareOrAsk(view: EngineView, { part, content }: HeldPlainPart): Promise<void> {
    const isSpared = await this.sparing.isSparedBy(view, part);
    return isSpared
      ? this.asking.spare(view, part, content.length)
      : this.asking.ask(view, { part, content });
  }

  private async gatherAll(part: ShownPart, sizeBytes: number, bytes: AsyncIterable<Buffer>): Promise<Buffer> {
    const content = Buffer.concat(await gather(bytes));
    if (hashOf(content) !== part.sha256 || content.length !== sizeBytes) throw misnamed();
    return content;
  }

  private async startOne(show: (view: EngineView) => Promise<void>): Promise<void> {
    while (this.inFlight.size >= maxInFlight) await Promise.race(this.inFlight);
    this.start(this.toAll(show));
  }

  private start(work: Promise<void>): void {
    const done = work.finally(() => {
      this.inFlight.delete(done);
      this.startGathered();
    });
    this.inFlight.add(done);
  }

  private async hold(held: HeldPart): Promise<void> {
    this.gathered.push(held);
    this.gatheredBytes += held.content.length;
    this.startGathered();
    while (this.gathered.length >= maxTogether || this.gatheredBytes >= maxTogetherBytes)
      await Promise.race(this.inFlight);
  }

  private startGathered(): void {
    if (this.gathered.length === 0 || this.inFlight.size >= maxInFlight) return;
    const together = this.gathered;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.start(this.toAll((view) => this.asking.askTogether(view, together)));
  }

  /** A large part. With one content engine it passes straight through, hashed on its way; several share what is held. */
  private async pass(part: ShownPart, sizeBytes: number, bytes: AsyncIterable<Buffer>): Promise<void> {
    const hashing = new HashedBytes(bytes);
    const [only, ...others] = this.views;
    if (only !== undefined && others.length === 0) {
      await this.asking.askOf(only, part, { sizeBytes, bytes: hashing });
    } else {
      const content = Buffer.concat(await gather(hashing));
      await this.toAll((view) => this.asking.ask(view, { part, content }));
    }
    // An engine that ended early has not said clean; what it did not read is of no use to anyone.
    if (hashing.sizeBytes === sizeBytes && hashing.digest() !== part.sha256) throw misnamed();
  }

  private async toAll(show: (view: EngineView) => Promise<void>): Promise<void> {
    await Promise.all(this.views.map(show));
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

/** Passes bytes on and hashes them. */
class HashedBytes implements AsyncIterable<Buffer> {
  sizeBytes = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly source: AsyncIterable<Buffer>) {}

  digest(): string {
    return this.hash.digest('hex');
  }

  async readAll(): Promise<void> {
    const chunks = this[Symbol.asyncIterator]();
    for (let next = await chunks.next(); next.done !== true;) next = await chunks.next();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.source) {
      this.sizeBytes += chunk.length;
      this.hash.update(chunk);
      yield chunk;
    }
  }
}
