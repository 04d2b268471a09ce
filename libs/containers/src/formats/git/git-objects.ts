import { inflateSync } from 'node:zlib';
import type { ContainerBudget } from '../../walk-limits.js';

const packHeadBytes = 12;
const [offsetDelta, namedDelta] = [6, 7];
const leastOfObject = 8;

export interface GitObject {
  /** Where it stands in the pack. */
  readonly at: number;
  /** Null: made from another one that is not in the pack. */
  readonly bytes: Buffer | null;
}

/** The objects of a pack (gitformat-pack), those that are made from others put together, as far as those are known. */
export function* gitObjects(pack: Buffer, budget: ContainerBudget): Generator<GitObject> {
  const known = new Map<number, Buffer>();
  let at = packHeadBytes;
  for (let count = pack.readUInt32BE(8); count > 0 && at < pack.length; count -= 1) {
    budget.checkTime();
    const start = at;
    const { kind, next } = headAt(pack, at);
    let base: Buffer | undefined;
    at = next;
    if (kind === offsetDelta) {
      const back = offsetAt(pack, at);
      base = known.get(start - back.value);
      at = back.next;
    } else if (kind === namedDelta) at += 20;
    const unpacked = inflateAt(pack, at, budget);
    if (unpacked === null) return;
    at += unpacked.consumed;
    const isDelta = kind === offsetDelta || kind === namedDelta;
    const bytes = !isDelta
      ? unpacked.bytes
      : base === undefined
        ? null
        : applied(base, unpacked.bytes, budget);
    if (bytes !== null) known.set(start, bytes);
    yield { at: start, bytes };
  }
}

function headAt(pack: Buffer, start: number): { kind: number; next: number } {
  let next = start + 1;
  if (((pack[start] ?? 0) & 0x80) !== 0) while (((pack[next++] ?? 0) & 0x80) !== 0);
  return { kind: ((pack[start] ?? 0) >> 4) & 7, next };
}

function offsetAt(pack: Buffer, start: number): { value: number; next: number } {
  let at = start;
  let value = (pack[at] ?? 0) & 0x7f;
  while (((pack[at] ?? 0) & 0x80) !== 0) {
    at += 1;
    value = (value + 1) * 128 + ((pack[at] ?? 0) & 0x7f);
  }
  return { value, next: at + 1 };
}

function inflateAt(
  pack: Buffer,
  at: number,
  budget: ContainerBudget,
): { bytes: Buffer; consumed: number } | null {
  if (at + leastOfObject > pack.length) return null;
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  try {
    const { buffer, engine } = inflateSync(pack.subarray(at), { maxOutputLength, info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { bytes: buffer, consumed: engine.bytesWritten };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      budget.takeBytes(maxOutputLength + 1, maxOutputLength + 1);
    return null;
  }
}

/** Pieces of the base, and pieces of its own. */
function applied(base: Buffer, delta: Buffer, budget: ContainerBudget): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  let at = behindSize(delta, behindSize(delta, 0));
  while (at < delta.length) {
    const code = delta[at] as number;
    at += 1;
    let piece: Buffer;
    if ((code & 0x80) === 0) {
      piece = delta.subarray(at, at + code);
      at += code;
    } else {
      const numbers = [0, 0, 0, 0, 0, 0, 0];
      for (let bit = 0; bit < 7; bit += 1)
        if ((code & (1 << bit)) !== 0) {
          numbers[bit] = delta[at] ?? 0;
          at += 1;
        }
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = numbers;
      const [from, count] = [a + b * 256 + c * 65_536 + d * 2 ** 24, e + f * 256 + g * 65_536];
      piece = base.subarray(from, from + (count === 0 ? 65_536 : count));
    }
    length += piece.length;
    budget.takeBytes(piece.length, length);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function behindSize(delta: Buffer, start: number): number {
  let at = start;
  while (((delta[at] ?? 0) & 0x80) !== 0) at += 1;
  return at + 1;
}
