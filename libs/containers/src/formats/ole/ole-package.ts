export interface PackagedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** As long as Windows lets a path be. */
const longestText = 32_767;

const isName = /^[^\0-\x1f]{1,260}$/;

/** Where a text that ends with a zero byte ends; text is short, so that this doesn't run away. */
function behindText(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0, at);
  return end < 0 || end > at + longestText ? bytes.length : end + 1;
}

/**
 * The file in an OLE 1 package ([MS-OLEDS] 2.3.6 and the packager's own form): flags, label, path, where it came from,
 * then its bytes with their length. Null: another kind of object, whose bytes stand alone.
 */
export function readPackage(native: Buffer): PackagedFile | null {
  if (native.length < 8) return null;
  const path = behindText(native, 2);
  const name = native.toString('latin1', 2, path - 1);
  const fields = behindText(native, path);
  if (fields + 8 > native.length) return null;
  const temporary = fields + 8 + native.readUInt32LE(fields + 4);
  if (temporary + 4 > native.length) return null;
  const length = native.readUInt32LE(temporary);
  const start = temporary + 4;
  // Of another number in front it is one all the same, where all that follows makes sense.
  const isSure =
    native.readUInt16LE(0) === 2 || (length > 0 && start + length <= native.length && isName.test(name));
  if (!isSure) return null;
  return {
    name,
    bytes: native.subarray(start, start + length),
    isWhole: start + length <= native.length,
  };
}

/** The stream `\1Ole10Native`: its length stands in front of it. */
export function readOle10Native(stream: Buffer): PackagedFile {
  const native = stream.subarray(4);
  const isWhole = stream.length >= 4 && stream.readUInt32LE(0) <= native.length;
  return readPackage(native) ?? { name: 'object', bytes: native, isWhole };
}
