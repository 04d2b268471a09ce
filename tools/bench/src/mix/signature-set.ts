import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { SeededBytes } from '../seeded-bytes.js';

const patternCount = 50_000;
const hashCount = 500_000;

/** Found only when all of the set is loaded: files are read in any order. */
export const markers = {
  ofPatterns: Buffer.from('sluice bench: the patterns are loaded'),
  ofHashes: Buffer.from('sluice bench: the hashes are loaded'),
} as const;

/**
 * As many signatures as the official set has of those that cost: half of the hashes MD5 (.hdb), half SHA-256 (.hsb), and
 * patterns (.ndb) for the targets of ClamAV in about the shares of the official ones, a third of them with wildcards.
 * Nothing that the mix holds is among them. The same for the same seed.
 */
export async function writeSignatureSet(folder: string): Promise<void> {
  const source = new SeededBytes('signatures');
  await writeLines(path.join(folder, 'bench.hdb'), hashLines(source, 'md5', 16));
  await writeLines(path.join(folder, 'bench.hsb'), hashLines(source, 'sha256', 32));
  await writeLines(path.join(folder, 'bench.ndb'), patternLines(source));
}

function* hashLines(source: SeededBytes, kind: 'md5' | 'sha256', bytes: number): Generator<string> {
  for (let index = 0; index < hashCount / 2; index += 1) {
    const size = Math.floor(1000 * 5000 ** (source.below(1_000_000) / 1_000_000));
    yield `${source.take(bytes).toString('hex')}:${size}:Bench.${kind}-${index}`;
  }
  const { ofHashes } = markers;
  if (kind === 'sha256')
    yield `${createHash(kind).update(ofHashes).digest('hex')}:${ofHashes.length}:Bench.Hashes`;
}

/** Number of the target in .ndb and its share in percent; texts are normalised to small letters there. */
const targets = [
  { number: 1, share: 56, isText: false }, // programs of Windows
  { number: 0, share: 12, isText: false }, // anything
  { number: 3, share: 12, isText: true }, // HTML
  { number: 7, share: 6, isText: true }, // text
  { number: 4, share: 4, isText: true }, // mail
  { number: 6, share: 4, isText: false }, // ELF
  { number: 2, share: 3, isText: false }, // Office, the old format
  { number: 10, share: 2, isText: false }, // PDF
  { number: 5, share: 1, isText: false }, // pictures
] as const;
const beginnings = ['<script', 'http://', 'document.', 'function ', '<a href="', 'var ', 'the ', 'over '];

function* patternLines(source: SeededBytes): Generator<string> {
  let index = 0;
  for (const { number, share, isText } of targets)
    for (let left = (patternCount * share) / 100; left > 0; left -= 1, index += 1) {
      const offset = number === 1 && index % 2 === 0 ? `EP+${index % 64}` : '*';
      yield `Bench.Pattern-${index}:${number}:${offset}:${pattern(source, { isText, hasWildcards: index % 3 === 0 })}`;
    }
  yield `Bench.Patterns:0:*:${markers.ofPatterns.toString('hex')}`;
}

function pattern(source: SeededBytes, kind: { isText: boolean; hasWildcards: boolean }): string {
  const piece = (): string => {
    const bytes = source.take(16 + source.below(32));
    if (!kind.isText) return bytes.toString('hex');
    const letters = Buffer.from(bytes.map((byte) => 0x61 + (byte % 26)));
    return Buffer.concat([Buffer.from(source.pick(beginnings)), letters]).toString('hex');
  };
  if (!kind.hasWildcards) return piece();
  const gap = source.pick(['*', '??', '{4-32}', '(00|ff|20)', '{-100}']);
  return `${piece()}${gap}${piece()}`;
}

async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  const out = createWriteStream(file, { mode: 0o644 });
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < 1_000_000) continue;
    if (!out.write(piece)) await once(out, 'drain');
    piece = '';
  }
  out.end(piece);
  await once(out, 'close');
}
