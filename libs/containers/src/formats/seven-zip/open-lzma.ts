import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { isLzma86 } from './detect-lzma.js';
import { openWithSevenZip } from './open-seven-zip.js';

/**
 * Any bytes unpack to something for a while: that a stream ends badly says only of one that certainly is one that it is
 * damaged.
 */
export async function* openLzma(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const type = isLzma86(bytes) ? 'lzma86' : 'lzma';
  for await (const item of openWithSevenZip(bytes, context, { type, label: 'content' }))
    yield item.kind === 'unexamined' && item.reason === 'damaged' ? { ...item, isAtOpening: true } : item;
}
