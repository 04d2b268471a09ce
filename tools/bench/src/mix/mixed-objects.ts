import { SeededBytes } from '../seeded-bytes.js';
import { Documents } from './documents.js';

export interface MixedObject {
  readonly objectType: 'file' | 'email';
  readonly content: Buffer;
}

/** What comes in, out of twenty. */
const kinds = [
  ...repeated('mail', 9),
  ...repeated('pdf', 3),
  ...repeated('docx', 2),
  'xlsx',
  'doc',
  'zip',
  'tarGz',
  'png',
  'jpeg',
] as const;
const smallestBytes = 2000;
const largestBytes = 5_000_000;

/** Most are small: the median is some 27 KB, the mean 420 KB. */
const sizeOf = (share: number): number => smallestBytes * (largestBytes / smallestBytes) ** (share ** 1.6);

/** Spread evenly over kinds and sizes however many there are. */
export const mixedSize = (index: number): number => Math.round(sizeOf((index * 0.6180339887) % 1));

/**
 * Mails with attachments, Office files, PDF, archives and pictures. Kinds and sizes are those of the index, whatever the
 * seed, so that all who are compared get the same; the bytes are of the seed, so that nothing has been seen before.
 */
export function mixedObjects(seed: string, count: number): MixedObject[] {
  const documents = new Documents(new SeededBytes(seed));
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[(index * 7) % kinds.length] ?? 'mail';
    return {
      objectType: kind === 'mail' ? 'email' : 'file',
      content: documents[kind](mixedSize(index)),
    };
  });
}

/** So many of a hundred are of `earlier` instead, byte for byte; which ones follows from the seed. */
export function withRepeats(
  objects: readonly MixedObject[],
  {
    earlier,
    percent,
    seed,
  }: { readonly earlier: readonly MixedObject[]; readonly percent: number; readonly seed: string },
): MixedObject[] {
  const source = new SeededBytes(seed);
  return objects.map((object) => (source.below(100) < percent ? source.pick(earlier) : object));
}

function repeated<Kind extends string>(kind: Kind, count: number): Kind[] {
  return Array<Kind>(count).fill(kind);
}
