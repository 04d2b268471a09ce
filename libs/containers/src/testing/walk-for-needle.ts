import { type WalkOptions, type WalkReport, walkObject } from '../walk-object.js';

export const text = 'a needle in a haystack';
export const needle = Buffer.from(text);
export const needleFile = { name: 'needle.txt', bytes: needle };

export interface Seen extends WalkReport {
  /** Paths, joined, of the parts that hold the needle as it is. */
  readonly found: string[];
  readonly paths: string[];
}

/** A walk with nothing but the needle looked for. */
export async function walk(bytes: Buffer, options: Partial<WalkOptions> = {}): Promise<Seen> {
  const found: string[] = [];
  const paths: string[] = [];
  const report = await walkObject(bytes, {
    objectType: 'file',
    timeLimitMs: 30_000,
    ...options,
    onPart: (part) => {
      paths.push(part.path.join(' > '));
      if (part.bytes.equals(needle) || part.bytes.toString().trim() === text)
        found.push(part.path.join(' > '));
    },
  });
  return { ...report, found, paths };
}
