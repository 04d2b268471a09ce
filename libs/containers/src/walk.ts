import { createHash } from 'node:crypto';
import { type MailHeaders, type StreamTotals, cleanText, noStreams } from '@sluice/contracts';
import type { ContainerFormat } from './container-format.js';
import { type DetectedType, type Reading, detectPart, maxReadings } from './detect-type.js';
import { mailDetection } from './formats/mail/detect-mail.js';
import { markupDetection } from './formats/markup/detect-markup.js';
import { formats } from './formats.js';
import { ofBeginning } from './of-beginning.js';
import type { OpenedItem } from './opened-item.js';
import { type Cut, Opening, uncut } from './opening.js';
import type { Part, UnexaminedPart } from './part.js';
import { MailPasswords } from './passwords/mail-passwords.js';
import { PasswordTime, PasswordTries } from './passwords/password-tries.js';
import type { WalkOptions } from './walk-object.js';
import { Budget, ContainerBudget, LimitReached, defaultWalkLimits } from './walk-limits.js';

/** More would only repeat what the first ones say. */
const maxUnexamined = 100;

type Unexamined = Omit<UnexaminedPart, 'path' | 'part' | 'within'> & {
  readonly label?: string | undefined;
  readonly isAtHead?: boolean;
};

/** One walk through one object, depth first. */
export class Walk {
  mail: MailHeaders | null = null;
  partCount = 0;
  isOutOfTime = false;
  isObjectCovered = false;
  streams: StreamTotals = noStreams;
  unexaminedTotal = 0;
  unsealedCount = 0;
  readonly unexamined: UnexaminedPart[] = [];
  /** Of all of them, listed or not. */
  readonly unexaminedReasons = new Set<UnexaminedPart['reason']>();
  private readonly budget: Budget;
  private readonly mailPasswords = new MailPasswords();
  private readonly passwordTime: PasswordTime;
  private readonly said = new WeakSet<LimitReached>();
  /** Open at this time, from the object down. */
  private readonly held: Buffer[] = [];
  private mailDepth = 0;

  constructor(private readonly options: WalkOptions) {
    const limits = { ...defaultWalkLimits, ...options.limits };
    this.passwordTime = new PasswordTime(options.timeLimitMs);
    this.budget = new Budget(limits, performance.now() + options.timeLimitMs);
  }

  async run(bytes: Buffer, { mime, readings }: DetectedType): Promise<void> {
    this.mailDepth = readings.some((one) => one.format === 'mailbox') ? 1 : 0;
    const object = {
      number: 0,
      within: [],
      path: [],
      bytes,
      mime,
      role: 'file',
      wasEncrypted: false,
    } as const;
    try {
      await this.visit({ ...object, sha256: sha256Of(bytes) }, readings);
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      if (error.limit === 'time') this.isOutOfTime = true;
    }
  }

  private async visit(part: Part, readings: readonly Reading[], cut: Cut = uncut): Promise<Opening> {
    this.partCount += 1;
    await this.options.onPart(part);
    const opening = new Opening(part, readings, cut);
    const before = this.unexaminedTotal;
    if (readings.length > 0) await this.openAll(opening);
    const isForContent =
      part.number > 0 && opening.isContent && part.role === 'file' && part.bytes.length > 0;
    // Only archives get here with more, whose parts were to be seen instead.
    const isTooLarge = isForContent && part.bytes.length > this.budget.limits.maxPartBytes;
    if (isTooLarge && !opening.hasGap)
      this.tell(opening, { reason: 'limit-exceeded', limit: 'maxPartBytes' });
    const isCovered = opening.isTransparent && !opening.hasExcuse && this.unexaminedTotal === before;
    const { streams } = opening;
    if (part.number === 0) {
      this.isObjectCovered = isCovered;
      this.streams = streams;
    } else if (isForContent && !isTooLarge) await this.options.onContent?.(part, { isCovered, streams });
    return opening;
  }

  private async openAll(opening: Opening): Promise<void> {
    const { part, readings } = opening;
    if (part.path.length >= this.budget.limits.maxDepth)
      return this.tell(opening, { reason: 'limit-exceeded', limit: 'maxDepth' });
    this.held.push(part.bytes);
    // One of each for all readings: they are united, not multiplied.
    const toTry = (): string[] =>
      this.mailPasswords.toTry(part.within, {
        given: this.options.givenPasswords ?? [],
        usual: this.options.passwords ?? [],
      });
    opening.passwords = new PasswordTries(toTry, this.passwordTime);
    const budget = new ContainerBudget(this.budget, part.bytes, bytesOf(this.held));
    try {
      for (const reading of readings.slice(0, maxReadings)) await this.read(opening, reading, budget);
      if (readings.length > maxReadings)
        this.tell(opening, { reason: 'ambiguous', detail: 'more things at once than are opened' });
    } finally {
      this.held.pop();
    }
  }

  private async read(opening: Opening, reading: Reading, budget: ContainerBudget): Promise<void> {
    opening.isCertain = reading.isCertain;
    opening.isMail = reading.format === mailDetection.name;
    opening.hasSpoken = false;
    try {
      const items = this.open(opening, reading, budget);
      const isInOrder = reading.format !== markupDetection.name;
      for await (const item of opening.isBeginning ? ofBeginning(items, isInOrder) : items)
        await this.take(opening, item);
      if (reading.isCertain && !opening.hasSpoken) this.tell(opening, { reason: 'damaged' });
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      this.tellLimit(opening, error);
      if (error.scope !== 'container') throw error;
    }
  }

  private open(
    opening: Opening,
    { format }: Reading,
    budget: ContainerBudget,
  ): ReturnType<ContainerFormat['open']> {
    const { part, isExcerpt } = opening;
    const { objectType } = this.options;
    const opener = formats.get(format) as ContainerFormat;
    const { passwords } = opening;
    return opener.open(part.bytes, {
      budget,
      passwords,
      objectType,
      isExcerpt,
      mayBeSpared: part.number === 0,
    });
  }

  private async take(opening: Opening, item: OpenedItem): Promise<void> {
    switch (item.kind) {
      case 'part':
        return this.descend(opening, item);
      case 'unexamined':
        // What only looked like a container, and could not be opened as one, was no container.
        if (item.isAtOpening === true && !opening.isCertain) return;
        return this.tell(opening, item);
      case 'empty':
        opening.hasSpoken = true;
        return;
      case 'mail-headers':
        if (opening.part.path.length <= this.mailDepth) this.mail ??= item.headers;
        return;
    }
  }

  private async descend(opening: Opening, item: OpenedItem & { readonly kind: 'part' }): Promise<void> {
    const { bytes, role = 'file', wasEncrypted = false, declaredAs } = item;
    opening.hasSpoken = true;
    opening.hasParts = true;
    opening.hasStreams ||= role === 'stream';
    const sha256 = sha256Of(bytes);
    // Equal ones count as often as they are there: so does an engine that opens the document by itself.
    if (role === 'stream') opening.noteStream(bytes.length);
    // Where it is cut, its one content is; of a container the bytes that no member has, since its list may be what is missing.
    const isCutWithin = opening.isExcerpt && (opening.isStream || role === 'stream' || item.isRest === true);
    const isExcerpt = item.isExcerpt ?? isCutWithin;
    if (!opening.keeps(sha256, { how: `${role} ${declaredAs ?? ''}`, isExcerpt })) return;
    const { mime, readings } = detectPart(item);
    const parent = opening.part;
    const within = [...parent.within, parent.number];
    const path = [...parent.path, labelOf(item.label)];
    const packing = parent.number === 0 ? item.packing : undefined;
    const part = {
      number: this.partCount,
      within,
      path,
      bytes,
      sha256,
      mime,
      role,
      wasEncrypted,
      ...(packing !== undefined && { packing }),
    };
    if (wasEncrypted) this.unsealedCount += 1;
    if (opening.isMail && (mime === 'text/plain' || mime === 'text/html'))
      this.mailPasswords.learn(parent.number, bytes, mime === 'text/html');
    const { streams } = await this.visit(part, readings, {
      isExcerpt,
      isBeginning: item.isBeginning === true,
    });
    if (role === 'stream') opening.noteStreams(streams);
  }

  private tellLimit(opening: Opening, reached: LimitReached): void {
    opening.hasGap = true;
    // One that ends the walk is said where it was reached, not again by every container around.
    if (this.said.has(reached) || reached.limit === 'time') return;
    this.said.add(reached);
    this.tell(opening, { reason: 'limit-exceeded', limit: reached.limit });
  }

  private tell(opening: Opening, { reason, limit, detail, label, isAtHead = false }: Unexamined): void {
    opening.hasSpoken = true;
    opening.hasGap = true;
    // Whoever cut it has said so. What is left of it content engines see as it is.
    if (opening.isExcerpt && reason === 'damaged' && !isAtHead) {
      opening.hasExcuse = true;
      return;
    }
    this.unexaminedTotal += 1;
    this.unexaminedReasons.add(reason);
    if (this.unexamined.length >= maxUnexamined) return;
    const { path, number, within } = opening.part;
    this.unexamined.push({
      reason,
      part: number,
      within,
      path: label === undefined ? path : [...path, labelOf(label)],
      ...(limit !== undefined && { limit }),
      ...(detail !== undefined && { detail: cleanText(detail, 512) }),
    });
  }
}

/** What stands in another one as it is takes no memory of its own. */
const bytesOf = (held: readonly Buffer[]): number =>
  held.reduce((sum, one, at) => (one.buffer === held[at - 1]?.buffer ? sum : sum + one.length), 0);

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A label, never a path: cleaned and bounded; an empty one gets a word, so that paths keep their depth. */
function labelOf(name: string): string {
  return cleanText(name, 512) || 'unnamed';
}
