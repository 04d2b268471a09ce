import { type ObjectType, type UnscannableReason, cleanText } from '@sluice/contracts';
import { type DetectedType, detectType } from './detect-type.js';
import { splitMailbox } from './looks-like-mail.js';
import { openArchive } from './open-archive.js';
import { openGzip } from './open-gzip.js';
import { type MailHeaders, openMail } from './open-mail.js';
import { openStream } from './open-stream.js';
import type { OpenedItem } from './opened-item.js';
import { Budget, ContainerBudget, LimitReached, type WalkLimits, defaultWalkLimits } from './walk-limits.js';

export interface Part {
  /** Labels from the object down; empty for the object itself. */
  readonly path: readonly string[];
  readonly bytes: Buffer;
  readonly type: DetectedType;
}

/** Something in the object that was not examined. Any of them means: never clean. */
export interface Shortfall {
  readonly reason: UnscannableReason;
  readonly path: readonly string[];
}

export interface WalkOptions {
  readonly objectType: ObjectType;
  /** Called for the object and for every part, the outer one first. */
  readonly onPart: (part: Part) => void;
  readonly limits?: Partial<WalkLimits>;
  /** The walk ends after this and says so. */
  readonly timeLimitMs: number;
}

export interface WalkReport {
  readonly detectedType: string;
  readonly mail: MailHeaders | null;
  /** The object counts as one. */
  readonly partCount: number;
  readonly shortfalls: Shortfall[];
  readonly isOutOfTime: boolean;
}

/** More would only repeat what the first ones say. */
const maxShortfalls = 100;

/**
 * The MIME type of an object that has nothing to open, so that a walk would say nothing else of it; null when there is
 * something to open. Looks at a bounded number of bytes and parses nothing: safe outside the sandbox.
 */
export function plainTypeOf(bytes: Buffer, objectType: ObjectType): string | null {
  const { mime, container } = typeOfObject(bytes, objectType);
  return container === null ? mime : null;
}

/** Opens an object and everything inside it, depth first, within bounds. Nothing is written or named on disk. */
export async function walkObject(bytes: Buffer, options: WalkOptions): Promise<WalkReport> {
  const walk = new Walk(options);
  const type = typeOfObject(bytes, options.objectType);
  await walk.run({ path: [], bytes, type });
  return {
    detectedType: type.mime,
    mail: walk.mail,
    partCount: walk.partCount,
    shortfalls: walk.shortfalls,
    isOutOfTime: walk.isOutOfTime,
  };
}

const typeOfObject = (bytes: Buffer, objectType: ObjectType): DetectedType =>
  objectType === 'email' ? typeOfMail(bytes) : detectType(bytes);

/** What is said to be mail is opened as mail, however damaged, unless it is certainly something else to open. */
function typeOfMail(bytes: Buffer): DetectedType {
  const type = detectType(bytes);
  const isOther = type.container === 'mailbox' || (type.container !== null && type.isCertain);
  return isOther ? type : mailType;
}

const mailType: DetectedType = { mime: 'message/rfc822', container: 'mail', isCertain: true };

class Walk {
  mail: MailHeaders | null = null;
  partCount = 0;
  isOutOfTime = false;
  readonly shortfalls: Shortfall[] = [];
  private readonly budget: Budget;
  private heldBytes = 0;
  private mailDepth = 0;

  constructor(private readonly options: WalkOptions) {
    const limits = { ...defaultWalkLimits, ...options.limits };
    this.budget = new Budget(limits, performance.now() + options.timeLimitMs);
  }

  async run(object: Part): Promise<void> {
    this.mailDepth = object.type.container === 'mailbox' ? 1 : 0;
    try {
      await this.visit(object);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      if (error.limit === 'time') this.isOutOfTime = true;
      else this.tell('limit-exceeded', []);
    }
  }

  private async visit(part: Part): Promise<void> {
    this.partCount += 1;
    this.options.onPart(part);
    if (part.type.container === null) return;
    if (part.type.container === 'encrypted') return this.tell('encrypted', part.path);
    if (part.type.container === 'unopenable') return this.tell('unsupported', part.path);
    if (part.path.length >= this.budget.limits.maxDepth) return this.tell('limit-exceeded', part.path);
    this.heldBytes += part.bytes.length;
    try {
      for await (const item of this.open(part)) await this.take(part, item);
    } catch (error) {
      if (!(error instanceof LimitReached) || error.scope !== 'container') throw error;
      this.tell('limit-exceeded', part.path);
    } finally {
      this.heldBytes -= part.bytes.length;
    }
  }

  private async take(parent: Part, item: OpenedItem): Promise<void> {
    const path = item.label === undefined ? parent.path : [...parent.path, labelOf(item.label)];
    if (item.kind === 'part') {
      const type = item.isMail === true ? typeOfMail(item.bytes) : detectType(item.bytes);
      return this.visit({ path, bytes: item.bytes, type });
    }
    // What only looked like a container, and could not be opened as one, was no container.
    if (item.isAtOpening === true && !parent.type.isCertain) return;
    this.tell(item.reason, path);
  }

  private open(part: Part): AsyncIterable<OpenedItem> | Iterable<OpenedItem> {
    const budget = new ContainerBudget(this.budget, part.bytes.length, this.heldBytes);
    switch (part.type.container) {
      case 'archive':
        return openArchive(part.bytes, budget);
      case 'gzip':
        return openGzip(part.bytes, budget);
      case 'bzip2':
      case 'xz':
        return openStream(part.bytes, part.type.container, budget);
      case 'mailbox':
        return this.openMailbox(part, budget);
      case 'mail':
        return this.openMail(part, budget);
      case 'encrypted':
      case 'unopenable':
      case null:
        return [];
    }
  }

  private async *openMail(part: Part, budget: ContainerBudget): AsyncGenerator<OpenedItem> {
    const { headers, items } = await openMail(part.bytes, budget);
    if (part.path.length <= this.mailDepth) this.mail ??= headers;
    yield* items;
  }

  private *openMailbox(part: Part, budget: ContainerBudget): Generator<OpenedItem> {
    let count = 0;
    for (const bytes of splitMailbox(part.bytes)) {
      count += 1;
      budget.takePart();
      yield { kind: 'part', label: `message ${count}`, bytes, isMail: true };
    }
  }

  private tell(reason: UnscannableReason, path: readonly string[]): void {
    if (this.shortfalls.length < maxShortfalls) this.shortfalls.push({ reason, path });
  }
}

/** A label, never a path: cleaned and bounded; an empty one gets a word, so that paths keep their depth. */
function labelOf(name: string): string {
  return cleanText(name, 512) || 'unnamed';
}
