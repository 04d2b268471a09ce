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
  yield* systemArea(bytes, context);
  if (notes.isCut) yield damaged('a tree of its folders claims the same bytes too often, or is too large');
}

const [systemBytes, keptZeros] = [16 * 2048, 64];

/** In front of its descriptors (ECMA-119, 6.2.1), of which the disc says nothing: to other programs it may be a file of theirs. */
function* systemArea(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let end = Math.min(systemBytes, bytes.length);
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (end === 0) return;
  // Zeros may be the last field of what stands there.
  const area = bytes.subarray(0, Math.min(systemBytes, end + keptZeros));
  budget.takePart();
  budget.takeView(area);
  // Most are the code of a boot sector, whose disk is the image itself.
  yield { kind: 'part', label: 'system area', bytes: area, isExcerpt: true };
}
