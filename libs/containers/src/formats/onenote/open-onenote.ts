import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';

/** FileDataStoreObject ([MS-ONESTORE] 2.6.13): this, the length, twelve bytes, the file. */
const fileHead = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex');
const headBytes = 16 + 8 + 12;

/** Embedded files, found by what stands in front of each. */
export function* openOnenote(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let count = 0;
  let isCut = isShort(bytes);
  for (let at = bytes.indexOf(fileHead); at >= 0; at = bytes.indexOf(fileHead, at + fileHead.length)) {
    if (at + headBytes > bytes.length) {
      isCut = true;
      break;
    }
    const start = at + headBytes;
    const end = start + Number(bytes.readBigUInt64LE(at + 16));
    isCut ||= end > bytes.length;
    const file = bytes.subarray(start, Math.min(end, bytes.length));
    count += 1;
    budget.takePart();
    budget.takeBytes(file.length, file.length);
    yield { kind: 'part', label: `embedded file ${count}`, bytes: file };
  }
  if (isCut) yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (count === 0) yield { kind: 'empty' };
}

const headerBytes = 1024;
const lengthOffset = 196;
/** guidFileFormat of a store; files from the cloud have another one, and another header. */
const storeFormat = Buffer.from('3fdd9a101b91f549a5d01791edc8aed8', 'hex');

/** By the length its header says ([MS-ONESTORE] 2.3.1, cbExpectedFileLength). */
function isShort(bytes: Buffer): boolean {
  if (bytes.length < headerBytes) return true;
  const isStore = bytes.subarray(48, 64).equals(storeFormat);
  return isStore && bytes.readBigUInt64LE(lengthOffset) > BigInt(bytes.length);
}
