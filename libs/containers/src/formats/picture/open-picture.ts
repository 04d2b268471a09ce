import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { picturePieces } from './picture-pieces.js';

/** Where they end says nothing: cameras and programs put all kinds of things behind a picture. */
export function* openPicture(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  for (const piece of picturePieces(bytes)) {
    budget.takePart();
    budget.takeView(piece.bytes);
    yield { kind: 'part', ...piece, isExcerpt: true };
  }
}
