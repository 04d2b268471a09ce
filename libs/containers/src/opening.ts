import { type StreamTotals, noStreams } from '@sluice/contracts';
import type { FormatName } from './detections.js';
import type { Reading } from './detect-type.js';
import type { Part } from './part.js';
import { PasswordTime, PasswordTries } from './passwords/password-tries.js';

const streamFormats: ReadonlySet<string> = new Set<FormatName>([
  ...(['gzip', 'bzip2', 'xz', 'compress', 'zstd', 'lz4', 'lzip', 'lzma', 'lzop'] as const),
]);

/** By whoever made the container, and said to be so. */
export interface Cut {
  readonly isExcerpt: boolean;
  /** Its end is missing, and nothing else. */
  readonly isBeginning: boolean;
}
export const uncut: Cut = { isExcerpt: false, isBeginning: false };

/** What came out of one part so far, by all readings of it. */
export class Opening {
  hasParts = false;
  hasStreams = false;
  /** In it, and in those: content engines get them as part of this one only. */
  streams: StreamTotals = noStreams;
  /** Something in it could not be had. */
  hasGap = false;
  /** What is missing is missing by what the container around it says. */
  hasExcuse = false;
  /** For all its readings together. */
  passwords = new PasswordTries(() => [], new PasswordTime(0));
  /** The reading at work is that of a mail. */
  isMail = false;
  /** The reading at work is certain. */
  isCertain = false;
  /** The reading at work said something: parts, that there are none, or that they cannot be had. */
  hasSpoken = false;
  /** Whether it is an excerpt, by its kind and hash. */
  private readonly kept = new Map<string, boolean>();

  constructor(
    readonly part: Part,
    readonly readings: readonly Reading[],
    private readonly cut: Cut,
  ) {}

  get isExcerpt(): boolean {
    return this.cut.isExcerpt;
  }

  /** What is cut of it is cut of the last that it holds, too. */
  get isBeginning(): boolean {
    return this.cut.isBeginning;
  }

  noteStream(sizeBytes: number): void {
    this.noteStreams({ count: 1, totalBytes: sizeBytes, largestBytes: sizeBytes });
  }

  noteStreams({ count, totalBytes, largestBytes }: StreamTotals): void {
    this.streams = {
      count: this.streams.count + count,
      totalBytes: this.streams.totalBytes + totalBytes,
      largestBytes: Math.max(this.streams.largestBytes, largestBytes),
    };
  }

  /** One content, packed: where it is cut, that is. */
  get isStream(): boolean {
    return this.readings.some((one) => streamFormats.has(one.format));
  }

  /** Equal siblings are kept once: false for the second, unless only that one is whole. */
  keeps(sha256: string, { how, isExcerpt }: { how: string; isExcerpt: boolean }): boolean {
    const key = `${how} ${sha256}`;
    const isNew = !this.kept.has(key) || (!isExcerpt && this.kept.get(key) === true);
    if (isNew) this.kept.set(key, isExcerpt);
    return isNew;
  }

  /** Content engines have to see the part itself: it is a leaf or a document, or was not opened in full. */
  get isContent(): boolean {
    const isCertainly = this.readings.some((one) => one.isCertain && one.nature === 'wrapper');
    const isDocument = this.readings.some((one) => one.nature === 'document');
    return !isCertainly || isDocument || !this.hasParts || this.hasGap;
  }

  /** Who saw its parts saw all of it, when nothing below is unexamined. */
  get isTransparent(): boolean {
    return this.hasParts && !this.hasStreams && this.readings.every((one) => one.isTransparent);
  }
}
