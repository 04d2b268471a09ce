import type { OpenContext } from '../../container-format.js';
import { unpackBrotli } from '../../decoders/brotli.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { findPackaged, isClosedInstaller, isIndexCutOff } from './find-packaged.js';
import type { PackagedFile } from './packaged-file.js';

/** Where they end says nothing of those that no one made for being opened. */
export function* openPackaged(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const packaged = findPackaged(bytes);
  for (const file of packaged.files) yield* give(file, budget);
  if (isIndexCutOff(bytes)) yield damaged('its index is cut off');
  if (isClosedInstaller(packaged))
    yield { kind: 'unexamined', reason: 'unsupported', detail: 'an installer that nothing here opens' };
}

function* give(file: PackagedFile, budget: OpenContext['budget']): Generator<OpenedItem> {
  budget.checkTime();
  budget.takePart();
  const content = file.pieces === undefined ? unpacked(file, budget) : joined(file.pieces, budget);
  if (content.length === 0) return;
  if (file.pieces === undefined) budget.takeView(content);
  yield { kind: 'part', label: file.name, bytes: content, isExcerpt: true };
  for (const inner of file.within?.(content) ?? []) yield* give(inner, budget);
}

function joined(
  { sizeBytes, putInto }: NonNullable<PackagedFile['pieces']>,
  budget: OpenContext['budget'],
): Buffer {
  budget.takeBytes(sizeBytes, sizeBytes);
  const whole = Buffer.alloc(sizeBytes);
  putInto(whole);
  return whole;
}

/** What cannot be unpacked is given as it is. */
function unpacked({ bytes, packing }: PackagedFile, budget: OpenContext['budget']): Buffer {
  if (packing === undefined) return bytes;
  return (
    (packing === 'brotli' ? unpackBrotli(bytes, budget) : inflateWithin(bytes, budget, packing)) ?? bytes
  );
}
