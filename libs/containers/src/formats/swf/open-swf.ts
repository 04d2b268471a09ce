import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { givePart } from '../give-part.js';
import { openWithSevenZip } from '../seven-zip/open-seven-zip.js';
import { filmData, filmHeaderBytes } from './film-data.js';

/** The film unpacked, what is in it without its header, and the files it embeds. */
export async function* openSwf(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  for await (const item of openWithSevenZip(bytes, context, { type: 'SWFc', label: 'film' })) {
    yield item;
    if (item.kind !== 'part' || item.role !== undefined) continue;
    yield* givePart('body of the film', item.bytes.subarray(filmHeaderBytes), context.budget);
    for (const [index, content] of filmData(item.bytes).entries())
      yield* givePart(`embedded file ${index + 1}`, content, context.budget);
  }
}
