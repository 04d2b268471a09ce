import { hasAt } from '../../magic.js';

export interface LzipMember {
  readonly packed: Buffer;
  readonly dictionaryBytes: number;
  /** Null: the trailer is not there to say. */
  readonly bytes: bigint | null;
  readonly isWhole: boolean;
}

const [headerBytes, trailerBytes] = [6, 20];
const magic = 'LZIP\x01';
/** More in one file than any program makes. */
const maxMembers = 4096;
/** Places a trailer is looked for, in all. */
const maxLooks = 3_000_000;

/** The members of an lzip file from its trailers, the last first; each says how long its member is (lzip manual, "File format"). */
export function findMembers(bytes: Buffer): { members: LzipMember[]; end: number } {
  const members: LzipMember[] = [];
  const looks = { left: maxLooks };
  let at = 0;
  while (hasAt(bytes, at, magic) && at + headerBytes < bytes.length && members.length < maxMembers) {
    const end = memberEnd(bytes, at, looks);
    const isWhole = end !== null;
    members.push({
      packed: bytes.subarray(at + headerBytes, isWhole ? end - trailerBytes : undefined),
      dictionaryBytes: dictionaryOf(bytes[at + 5] ?? 0),
      bytes: isWhole ? bytes.readBigUInt64LE(end - 16) : null,
      isWhole,
    });
    at = end ?? bytes.length;
  }
  return { members, end: at };
}

/** Where a trailer stands that says the member's length: behind it comes the next member, or anything. */
function memberEnd(bytes: Buffer, start: number, looks: { left: number }): number | null {
  const isEnd = (end: number): boolean =>
    (looks.left -= 1) > 0 &&
    end - start >= headerBytes + trailerBytes &&
    bytes.readBigUInt64LE(end - 8) === BigInt(end - start);
  if (isEnd(bytes.length)) return bytes.length;
  for (
    let at = bytes.indexOf(magic, start + 1, 'latin1');
    at >= 0 && looks.left > 0;
    at = bytes.indexOf(magic, at + 1, 'latin1')
  )
    if (isEnd(at)) return at;
  return lastTrailer(bytes, start, isEnd);
}

/** Bytes stand behind the last member: its trailer is looked for from the end on, not for ever. */
function lastTrailer(bytes: Buffer, start: number, isEnd: (end: number) => boolean): number | null {
  const least = Math.max(start + headerBytes + trailerBytes, bytes.length - 1024 ** 2);
  for (let end = bytes.length - 1; end >= least; end -= 1) if (isEnd(end)) return end;
  return null;
}

/** Five bits for a power of two; three take sixteenths of it off, but 7-Zip takes only the usual sizes, and more does no harm. */
const dictionaryOf = (byte: number): number => 2 ** Math.min(30, Math.max(12, byte & 0x1f));
