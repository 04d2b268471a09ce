import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { openArchive } from '../archive/open-archive.js';
import { openWithSevenZip } from './open-seven-zip.js';

const [reservedAt, reservedBytes] = [4, 4];

/** 7-Zip wants zeros behind the four letters, where Windows looks at nothing: they are put there. */
export function openCab(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const isPlain = bytes.readUInt32LE(reservedAt) === 0;
  const plain = isPlain ? bytes : Buffer.from(bytes).fill(0, reservedAt, reservedAt + reservedBytes);
  return openWithSevenZip(plain, context, { type: 'Cab', instead: openArchive });
}
