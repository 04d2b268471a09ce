import { createHash } from 'node:crypto';
import { type MailHeaders, type ObjectType, type UnexaminedReason, cleanText } from '@sluice/contracts';
import type { ContainerFormat } from './container-format.js';
import { type Reading, detectType } from './detect-type.js';
import { formats } from './formats.js';
import type { OpenedItem, PartRole } from './opened-item.js';
import { Budget, ContainerBudget, LimitReached, type WalkLimits, defaultWalkLimits } from './walk-limits.js';

/** One node of the tree an object is. Number and parent say which one it is; labels are for people only. */
export interface Part {
  /** 0: the object itself; then in the order they were found, depth first. */
  readonly number: number;
  readonly parent: number | null;
  /** Labels from the object down; empty for the object itself. Two parts may have the same. */
  readonly path: readonly string[];
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly mime: string;
  readonly role: PartRole;
  readonly wasEncrypted: boolean;
}

/** Something in the object that was not examined. Any of them means: never clean. */
export interface UnexaminedPart {
  readonly reason: UnexaminedReason;
  readonly path: readonly string[];
  /** The bound that was reached. */
  readonly limit?: string;
  /** For people: one clause. */
  readonly detail?: string;
}

export interface WalkOptions {
  readonly objectType: ObjectType;
  /** Called for the object and for every part, the outer one first; the walk waits for it. */
  readonly onPart: (part: Part) => void | Promise<void>;
  readonly limits?: Partial<WalkLimits>;
  /** To try on what is encrypted, at most 20. */
  readonly passwords?: readonly string[];
  /** The walk ends after this and says so. */
  readonly timeLimitMs: number;
}

export interface WalkReport {
  readonly detectedType: string;
  readonly mail: MailHeaders | null;
  /** The object counts as one. */
  readonly partCount: number;
  readonly unexamined: UnexaminedPart[];
  /** All, listed or not. */
  readonly unexaminedTotal: number;
  readonly isOutOfTime: boolean;
}

/** More would only repeat what the first ones say. */
const maxUnexamined = 100;

/**
 * The MIME type of an object that has nothing to open, so that a walk would say nothing else of it; null when there is
 * something to open. Looks at a bounded number of bytes and parses nothing: safe outside the sandbox.
 */
export function plainTypeOf(bytes: Buffer, objectType: ObjectType): string | null {
  const { mime, readings } = detectType(bytes, objectType);
  return readings.length === 0 ? mime : null;
}

/** Opens an object and everything inside it, depth first, within bounds. Nothing is written or named on disk. */
export async function walkObject(bytes: Buffer, options: WalkOptions): Promise<WalkReport> {
  const walk = new Walk(options);
  const type = detectType(bytes, options.objectType);
  await walk.run(bytes, type.mime, type.readings);
  return {
    detectedType: type.mime,
    mail: walk.mail,
    partCount: walk.partCount,
    unexamined: walk.unexamined,
    unexaminedTotal: walk.unexaminedTotal,
    isOutOfTime: walk.isOutOfTime,
  };
}

/** What came out of one container so far. */
interface Opening {
  readonly part: Part;
  readonly isCertain: boolean;
  /** Roles and hashes of what it gave: equal siblings are kept once. */
  readonly kept: Set<string>;
  /** Something was said of what it holds: parts, that there are none, or that they can't be had. */
  hasSpoken: boolean;
}

class Walk {
  mail: MailHeaders | null = null;
  partCount = 0;
  isOutOfTime = false;
  unexaminedTotal = 0;
  readonly unexamined: UnexaminedPart[] = [];
  private readonly budget: Budget;
  private readonly told = new WeakSet<LimitReached>();
  private heldBytes = 0;
  private mailDepth = 0;

  constructor(private readonly options: WalkOptions) {
    const limits = { ...defaultWalkLimits, ...options.limits };
    this.budget = new Budget(limits, performance.now() + options.timeLimitMs);
  }

  async run(bytes: Buffer, mime: string, readings: readonly Reading[]): Promise<void> {
    this.mailDepth = readings.some((one) => one.format === 'mailbox') ? 1 : 0;
    try {
      const object = { parent: null, path: [], bytes, mime, role: 'file', wasEncrypted: false } as const;
      await this.visit({ ...object, number: 0, sha256: sha256Of(bytes) }, readings);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      if (error.limit === 'time') this.isOutOfTime = true;
    }
  }

  private async visit(part: Part, readings: readonly Reading[], isExcerpt = false): Promise<void> {
    this.partCount += 1;
    await this.options.onPart(part);
    if (readings.length === 0) return;
    if (part.path.length >= this.budget.limits.maxDepth)
      return this.tell({ reason: 'limit-exceeded', path: part.path, limit: 'maxDepth' });
    this.heldBytes += part.bytes.length;
    // One for all readings: they are united, not multiplied.
    const budget = new ContainerBudget(this.budget, part.bytes.length, this.heldBytes);
    try {
      const kept = new Set<string>();
      for (const reading of readings) await this.read(part, reading, { budget, kept, isExcerpt });
    } finally {
      this.heldBytes -= part.bytes.length;
    }
  }

  private async read(
    part: Part,
    { format, isCertain }: Reading,
    { budget, kept, isExcerpt }: { budget: ContainerBudget; kept: Set<string>; isExcerpt: boolean },
  ): Promise<void> {
    const opening: Opening = { part, isCertain, kept, hasSpoken: false };
    try {
      for await (const item of this.open(part, format, { budget, isExcerpt })) await this.take(opening, item);
      if (isCertain && !opening.hasSpoken) this.tell({ reason: 'damaged', path: part.path });
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      this.tellLimit(error, part.path);
      if (error.scope !== 'container') throw error;
    }
  }

  private open(part: Part, format: string, own: { budget: ContainerBudget; isExcerpt: boolean }) {
    const opener = formats.get(format) as ContainerFormat;
    const { objectType, passwords = [] } = this.options;
    return opener.open(part.bytes, { ...own, passwords, objectType });
  }

  private async take(opening: Opening, item: OpenedItem): Promise<void> {
    const parent = opening.part;
    switch (item.kind) {
      case 'part':
        opening.hasSpoken = true;
        return this.descend(opening, item);
      case 'unexamined': {
        // What only looked like a container, and could not be opened as one, was no container.
        if (item.isAtOpening === true && !opening.isCertain) return;
        opening.hasSpoken = true;
        const { reason, limit, detail, label } = item;
        const path = label === undefined ? parent.path : [...parent.path, labelOf(label)];
        return this.tell({ reason, path, ...(limit && { limit }), ...(detail && { detail }) });
      }
      case 'empty':
        opening.hasSpoken = true;
        return;
      case 'mail-headers':
        if (parent.path.length <= this.mailDepth) this.mail ??= item.headers;
        return;
    }
  }

  private descend(
    { part: parent, kept }: Opening,
    item: OpenedItem & { kind: 'part' },
  ): Promise<void> | void {
    const { bytes, role = 'file', wasEncrypted = false } = item;
    const sha256 = sha256Of(bytes);
    const key = `${role} ${item.declaredAs ?? ''} ${sha256}`;
    if (kept.has(key)) return;
    kept.add(key);
    const { mime, readings } = detectType(bytes, item.declaredAs === 'mail' ? 'email' : 'file');
    const path = [...parent.path, labelOf(item.label)];
    const ids = { number: this.partCount, parent: parent.number };
    return this.visit({ ...ids, path, bytes, sha256, mime, role, wasEncrypted }, readings, item.isExcerpt);
  }

  private tellLimit(reached: LimitReached, path: readonly string[]): void {
    // One that ends the walk is said where it was reached, not again by every container around.
    if (this.told.has(reached) || reached.limit === 'time') return;
    this.told.add(reached);
    this.tell({ reason: 'limit-exceeded', path, limit: reached.limit });
  }

  private tell(part: UnexaminedPart): void {
    this.unexaminedTotal += 1;
    if (this.unexamined.length < maxUnexamined) this.unexamined.push(part);
  }
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A label, never a path: cleaned and bounded; an empty one gets a word, so that paths keep their depth. */
function labelOf(name: string): string {
  return cleanText(name, 512) || 'unnamed';
}
