import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { headerEndOf } from '../gzip/gzip-header.js';
import { isPdfHead } from '../pdf/detect-pdf.js';
import { knownPlainType } from '../../plain-type.js';
import { lookFrom, searched } from './detect-embedded.js';
import { type FoundStream, findStreams, looksDeflated } from './find-streams.js';

/** Less is no file. */
const leastBytes = 16;
/** What comes out of the beginning of a broken stream is content from so many bytes on. */
const leastOfBroken = 64;
/** Git's objects say what they are before what they hold. */
const gitObject = /^(?:blob|tree|commit|tag) \d{1,12}\0/;

/** What can be unpacked of it. */
export function* openEmbedded(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const bytes = searched(file);
  const isPdf = isPdfHead(bytes);
  let end = 0;
  for (const found of findStreams(bytes, lookFrom(bytes, isPdf) ?? 0)) {
    budget.checkTime();
    if (found.start < end) continue;
    if (found.kind === 'packed') {
      end = found.end;
      yield* give(`stream at ${found.start}`, bytes.subarray(found.start, end), budget, true);
      continue;
    }
    const unpacked = unpack(bytes, found, budget);
    if (unpacked === null) continue;
    end = found.start + unpacked.consumed;
    yield* giveContent(`content of the stream at ${found.start}`, unpacked.bytes, budget);
  }
  if (end > 0 || knownPlainType(bytes) !== null || !looksDeflated(bytes)) return;
  const bare = unpack(bytes, { start: 0, kind: 'deflate', end: bytes.length }, budget);
  if (bare !== null && bare.isWhole && bare.consumed + gzipFootBytes >= bytes.length)
    yield* giveContent('content of the stream', bare.bytes, budget);
}

function* giveContent(label: string, content: Buffer, budget: ContainerBudget): Generator<OpenedItem> {
  const [head = ''] = gitObject.exec(content.toString('latin1', 0, 32)) ?? [];
  yield* give(label, content.subarray(head.length), budget, false);
}

function* give(
  label: string,
  bytes: Buffer,
  budget: ContainerBudget,
  isExcerpt: boolean,
): Generator<OpenedItem> {
  budget.takePart();
  budget.takeView(bytes);
  yield { kind: 'part', label, bytes, ...(isExcerpt && { isExcerpt }) };
}

interface Unpacked {
  readonly bytes: Buffer;
  readonly consumed: number;
  readonly isWhole: boolean;
}

const unpackers = { gzip: inflateRawSync, zlib: inflateSync, deflate: inflateRawSync } as const;
/** Checksum and length. */
const gzipFootBytes = 8;

function unpack(bytes: Buffer, { start, kind }: FoundStream, budget: ContainerBudget): Unpacked | null {
  if (kind === 'packed') return null;
  const from = kind === 'gzip' ? headerEndOf(bytes, start) : start;
  if (from === null) return null;
  const input = bytes.subarray(from);
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  const run = (options: object): Unpacked => {
    const { buffer, engine } = unpackers[kind](input, {
      maxOutputLength,
      info: true,
      ...options,
    }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return {
      bytes: buffer,
      consumed: from - start + engine.bytesWritten + (kind === 'gzip' ? gzipFootBytes : 0),
      isWhole: true,
    };
  };
  try {
    const whole = run({});
    return whole.bytes.length < leastBytes ? null : whole;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      budget.takeBytes(maxOutputLength + 1, maxOutputLength + 1);
  }
  if (kind !== 'gzip') return null;
  try {
    const begun = run({ finishFlush: constants.Z_SYNC_FLUSH });
    return begun.bytes.length < leastOfBroken ? null : { ...begun, isWhole: false };
  } catch {
    // Three bytes that look like one by chance, mostly.
    return null;
  }
}
