import { type DirectoryEntry, type LocalHeader, flags, hasSignature, signatures } from './zip-records.js';

const newestVersion = 20;
const [stored, deflated] = [0, 8];
const maxNameBytes = 200;
/** How well it was deflated, whether sizes follow the data, whether the name is UTF-8. */
const plainFlags = 0x6 | flags.descriptor | flags.utf8;
/** Times, owners, room to grow, the mark of a JAR: nothing that says where the data is or what it is called. */
const plainExtras = new Set([0x000a, 0x5455, 0x5855, 0x7875, 0xa220, 0xcafe]);
const directoryHeaderBytes = 46;

/** Nothing in it that some readers know and others don't: an entry of the first files that were ever zipped, and of today's. */
export function isPlainEntry(zip: Buffer, entry: DirectoryEntry): boolean {
  const { offset } = entry;
  const isWritten =
    zip.readUInt16LE(offset + 6) <= newestVersion &&
    zip.readUInt16LE(offset + 32) === 0 &&
    (entry.flags & ~plainFlags) === 0 &&
    entry.disk === 0 &&
    zip.readUInt32LE(offset + 42) === entry.localOffset &&
    entry.end === offset + directoryHeaderBytes + entry.name.length + entry.extra.length;
  const isFolder = entry.name.at(-1) === 0x2f;
  if (isFolder && entry.bytes > 0) return false;
  return isWritten && isPlainName(entry.name) && hasPlainExtras(entry.extra) && isPlainlyPacked(entry);
}

/** The same once more, in the same order; sizes and checksum are zeros where they follow the data. */
export function isPlainLocal(zip: Buffer, local: LocalHeader, entry: DirectoryEntry): boolean {
  const [here, there] = [local.offset, entry.offset];
  const isHeader = hasSignature(zip, here, signatures.local);
  const isSame = zip.subarray(here + 4, here + 14).equals(zip.subarray(there + 6, there + 16));
  const numbers = zip.subarray(here + 14, here + 26);
  const isDeferred = (entry.flags & flags.descriptor) !== 0 && numbers.every((byte) => byte === 0);
  const hasNumbers = isDeferred || numbers.equals(zip.subarray(there + 16, there + 28));
  return isHeader && isSame && hasNumbers && local.name.equals(entry.name) && hasPlainExtras(local.extra);
}

/** Stored, its two sizes are one; what follows its data does so only where the packed data itself says where it ends. */
function isPlainlyPacked({ method, flags: said, packedBytes, bytes }: DirectoryEntry): boolean {
  if (method === deflated) return packedBytes > 0;
  return method === stored && packedBytes === bytes && (said & flags.descriptor) === 0;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isPlainName(name: Buffer): boolean {
  if (name.length === 0 || name.length > maxNameBytes) return false;
  if (name.some((byte) => byte < 0x20 || byte === 0x7f)) return false;
  try {
    strictUtf8.decode(name);
    return true;
  } catch {
    return false;
  }
}

/** Fields of known kinds, one behind the other to the very end. */
function hasPlainExtras(extra: Buffer): boolean {
  let at = 0;
  while (at + 4 <= extra.length && plainExtras.has(extra.readUInt16LE(at)))
    at += 4 + extra.readUInt16LE(at + 2);
  return at === extra.length;
}
