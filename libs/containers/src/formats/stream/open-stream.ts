import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { type ArchiveLibrary, loadArchiveLibrary } from '../archive/archive-library.js';
import { ContentCharge } from './content-charge.js';
import { copyIn } from '../archive/open-archive.js';

/**
 * libarchive decodes bzip2 and xz only around an archive. Both formats allow streams one behind the other, so the
 * stream is put between two of our own: before it the header of a tar with one endless file, behind it an end mark.
 * The end mark having come out last proves that the stream in between was read to its end.
 */
const frames = {
  bzip2: {
    head: 'QlpoOTFBWSZTWfX7DHEAAB5bgMiAQABHgAAgagGeAAgAIABUUA0GjE2oJRqmnlG0QB5qIae9okhQyLut0wnApApqEWVnE1fOvmYOJDXxdyRThQkPX7DHEA==',
    tail: 'QlpoOTFBWSZTWaAADMkAAADRgEAAQAAvJ54AIAAxTAATQoyZHqYnoNO/E74SJP6DGkY2LuSKcKEhQAAZkg==',
  },
  xz: {
    head: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AH/ADJdADGbyhna7aTlhCquPJxQDG8kmmw6dKGVBsZGQEdBTKW5WIMWkUusw2hVA1Lmncc40eUAAAAAmSiT/L4oYZQAAU6ABAAAAASYg8ixxGf7AgAAAAAEWVo=',
    tail: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVAHNsdWljZSBlbmQgb2Ygc3RyZWFtAAAAAIRGAAGvOdFxAAEuFlYJVd8ftvN9AQAAAAAEWVo=',
  },
} as const;

const endMark = Buffer.from('\0sluice end of stream\0', 'latin1');
const chunkBytes = 256 * 1024;
const label = 'content';

/** The content of a bzip2 or xz stream (or several, one behind the other) as one part. */
export const openBzip2 = (bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> =>
  openStream(bytes, 'bzip2', budget);
export const openXz = (bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> =>
  openStream(bytes, 'xz', budget);

async function* openStream(
  bytes: Buffer,
  kind: keyof typeof frames,
  budget: ContainerBudget,
): AsyncGenerator<OpenedItem> {
  budget.takePart();
  const library = await loadArchiveLibrary();
  const { head, tail } = frames[kind];
  const framed = Buffer.concat([Buffer.from(head, 'base64'), bytes, Buffer.from(tail, 'base64')]);
  const source = copyIn(library, framed);
  const chunk = library.allocate(chunkBytes);
  const archive = library.readNew();
  try {
    library.supportAllFilters(archive);
    library.supportAllFormats(archive);
    const isOpen =
      library.openMemory(archive, source, framed.length) === 0 && library.nextEntry(archive) !== 0;
    const content = isOpen ? readToEnd(library, { archive, chunk, budget }) : Buffer.alloc(0);
    const end = content.lastIndexOf(endMark);
    const isComplete = end >= 0 && content.subarray(end + endMark.length).every((byte) => byte === 0);
    if (!isComplete)
      yield { kind: 'unexamined', reason: 'damaged', label, isAtOpening: content.length === 0 };
    const part = isComplete ? content.subarray(0, end) : content;
    if (part.length > 0) yield { kind: 'part', label, bytes: part };
    else if (isComplete) yield { kind: 'empty' };
  } finally {
    library.readFree(archive);
    library.free(chunk);
    library.free(source);
  }
}

/**
 * The endless file always ends in a fault, and the bytes of the last, failing read are in the chunk without being
 * counted: the chunk is cleared before each read and taken whole, so zeros may stand behind the content.
 */
function readToEnd(
  library: ArchiveLibrary,
  { archive, chunk, budget }: { archive: number; chunk: number; budget: ContainerBudget },
): Buffer {
  const chunks: Buffer[] = [];
  let first: Buffer | undefined;
  const charge = new ContentCharge(budget, () => first);
  for (let count = chunkBytes; count > 0;) {
    library.heap().fill(0, chunk, chunk + chunkBytes);
    count = library.readData(archive, chunk, chunkBytes);
    const piece = Buffer.from(library.heap().slice(chunk, chunk + (count > 0 ? count : chunkBytes)));
    const kept = count > 0 ? piece : withoutTrailingZeros(piece);
    first ??= kept;
    charge.take(kept.length);
    chunks.push(kept);
  }
  return Buffer.concat(chunks);
}

/** Keeps one, because the end mark ends in one. */
function withoutTrailingZeros(piece: Buffer): Buffer {
  let end = piece.length;
  while (end > 0 && piece[end - 1] === 0) end -= 1;
  return end === 0 ? piece.subarray(0, 0) : piece.subarray(0, Math.min(piece.length, end + 1));
}
