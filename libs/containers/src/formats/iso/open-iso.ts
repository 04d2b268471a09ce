import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { openArchive } from '../archive/open-archive.js';
import { damaged, givePart } from '../give-part.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';
import { filesOfOtherTrees } from './iso-trees.js';

/** 7-Zip reads one of its trees, that of Joliet; files that another one has alone follow. */
export async function* openIso(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  yield* openWithSevenZip(bytes, context, { type: 'Iso', instead: openArchive });
  const notes = { isCut: false };
  for (const { name, start, size } of filesOfOtherTrees(bytes, notes, () => context.budget.checkTime())) {
    yield* givePart(name, bytes.subarray(start, start + size), context.budget);
    if (start + size > bytes.length) yield damaged('the image ends within it', name);
  }
  if (notes.isCut) yield damaged('a tree of its folders claims the same bytes too often, or is too large');
}
