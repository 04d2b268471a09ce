import type { ObjectType } from '@sluice/contracts';
import type { OpenedItem } from './opened-item.js';
import type { PasswordTries } from './passwords/password-tries.js';
import type { ContainerBudget } from './walk-limits.js';

/**
 * `wrapper`: nothing but a way to carry files: once its leaves are shown, content engines never get it again.
 * `document`: content engines get it itself, and the files embedded in it (role `file`), but never its streams.
 */
export type ContainerNature = 'wrapper' | 'document';

export interface Detected {
  /** From the bytes alone. */
  readonly mime: string;
  /** False: the bytes may look so by chance, so failing to open them means nothing. */
  readonly isCertain: boolean;
  /** Where it is another one than the format's: an office document is a zip, and more than that. */
  readonly nature?: ContainerNature;
  /** It stands behind or inside something else, which keeps its name. */
  readonly isBehind?: boolean;
}

/**
 * How to know a container. Stands in a file that imports no opener: the scanner outside the sandbox uses it too. Looks
 * at a bounded number of bytes, parses nothing.
 */
export interface ContainerDetection {
  readonly name: string;
  readonly nature: ContainerNature;
  /** Null: not this. `before`: names of those before it in the list that the bytes certainly are. */
  detect(bytes: Buffer, before?: readonly string[]): Detected | null;
}

export interface OpenContext {
  readonly budget: ContainerBudget;
  /** In the order to try: each time from the first, and none when the tries or their time are used up. */
  readonly passwords: PasswordTries;
  readonly objectType: ObjectType;
  /** That its end is missing says nothing. */
  readonly isExcerpt: boolean;
  /** It is worth to look whether every reader opens it alike: content engines may have opened it by themselves. */
  readonly mayBeSpared?: boolean;
}

/**
 * Everything inside, once. Charges `budget.takePart()` and `budget.takeBytes()` before it keeps bytes. Throws nothing
 * but LimitReached: what cannot be read is an `unexamined` item, behind the parts that came out before the fault. A part
 * that two readings of the container give may be given twice; equal siblings are kept once.
 */
export type OpenContainer = (
  bytes: Buffer,
  context: OpenContext,
) => Iterable<OpenedItem> | AsyncIterable<OpenedItem>;

export interface ContainerFormat extends ContainerDetection {
  readonly open: OpenContainer;
}
