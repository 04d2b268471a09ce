import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { isUnmarkedFat } from './detect-images.js';
import { openWithSevenZip } from './open-seven-zip.js';

/** 7-Zip wants the mark of a boot sector, which systems do without: it is put there. */
export function openFat(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const marked = isUnmarkedFat(bytes) ? Buffer.from(bytes) : bytes;
  if (marked !== bytes) marked.writeUInt16LE(0xaa55, 510);
  return openWithSevenZip(marked, context, { type: 'FAT' });
}
