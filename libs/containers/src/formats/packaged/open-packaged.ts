import type { OpenContext } from '../../container-format.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { isIndexCutOff, packagedFiles } from './find-packaged.js';

/** Where they end says nothing of those that no one made for being opened. */
export function* openPackaged(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  for (const { name, bytes: packed, isDeflated } of packagedFiles(bytes)) {
    budget.checkTime();
    const content = isDeflated ? (inflateWithin(packed, budget) ?? packed) : packed;
    budget.takePart();
    budget.takeView(content);
    yield { kind: 'part', label: name, bytes: content, isExcerpt: true };
  }
  if (isIndexCutOff(bytes)) yield damaged('its index is cut off');
}
