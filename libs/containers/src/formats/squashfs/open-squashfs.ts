import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';

/** Number of the compressor in the superblock of version 4. */
const [compressorAt, lz4] = [20, 5];

/** 7-Zip unpacks every method but LZ4, which it calls "unimplemented" without a name: the name is read here. */
export async function* openSquashfs(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  const isLz4 = bytes.toString('latin1', 0, 4) === 'hsqs' && bytes.readUInt16LE(compressorAt) === lz4;
  if (isLz4) yield { kind: 'unexamined', reason: 'unsupported', detail: 'packed with LZ4' };
  else yield* openWithSevenZip(bytes, context, { type: 'SquashFS' });
}
