import { type ArchiveLibrary, loadArchiveLibrary } from './archive-library.js';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { type ContainerBudget, LimitReached } from '../../walk-limits.js';

const chunkBytes = 256 * 1024;

/**
 * Entries of an archive libarchive knows (zip, 7z, rar, tar, cab, cpio, iso, lha, ar …), read from memory in order.
 * What cannot be read is said; bytes that came out before a fault are still given.
 */
export async function* openArchive(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  const library = await loadArchiveLibrary();
  const source = copyIn(library, bytes);
  const chunk = library.allocate(chunkBytes);
  const archive = library.readNew();
  try {
    library.supportAllFilters(archive);
    library.supportAllFormats(archive);
    if (library.openMemory(archive, source, bytes.length) !== 0) {
      yield { kind: 'unexamined', reason: 'unsupported', isAtOpening: true };
      return;
    }
    yield* readEntries(library, { archive, chunk }, budget);
  } finally {
    library.readFree(archive);
    library.free(chunk);
    library.free(source);
  }
}

export function copyIn(library: ArchiveLibrary, bytes: Uint8Array): number {
  const pointer = library.allocate(bytes.length);
  if (pointer === 0) throw new LimitReached('container', 'maxHeldBytes');
  library.heap().set(bytes, pointer);
  return pointer;
}

interface OpenArchive {
  readonly archive: number;
  /** Memory of `chunkBytes` inside the library. */
  readonly chunk: number;
}

function* readEntries(
  library: ArchiveLibrary,
  open: OpenArchive,
  budget: ContainerBudget,
): Generator<OpenedItem> {
  let hasGiven = false;
  for (let count = 0; ; count += 1) {
    const entry = library.nextEntry(open.archive);
    // 0 may be the end, a fault, or an entry with a warning (a name in a strange alphabet) whose data can be read.
    const first = library.readData(open.archive, open.chunk, chunkBytes);
    if (entry === 0 && first < 0) {
      if (isAtEnd(library, open.archive)) {
        // Empty files, folders and links are no parts.
        if (!hasGiven) yield { kind: 'empty' };
        return;
      }
      const reason = library.hasEncryptedEntries(open.archive) ? 'encrypted' : 'damaged';
      return yield { kind: 'unexamined', reason, isAtOpening: count === 0 };
    }
    budget.takePart();
    const name = entry === 0 ? null : library.entryName(entry);
    const label = name === null ? `entry ${count + 1}` : name;
    const isEncrypted = entry !== 0 && library.isEntryEncrypted(entry);
    const { bytes, isComplete } = readEntry(library, open, { first, budget });
    if (!isComplete) yield { kind: 'unexamined', reason: isEncrypted ? 'encrypted' : 'damaged', label };
    hasGiven ||= bytes.length > 0;
    if (bytes.length > 0) yield { kind: 'part', label, bytes };
  }
}

function readEntry(
  library: ArchiveLibrary,
  open: OpenArchive,
  { first, budget }: { first: number; budget: ContainerBudget },
): { bytes: Buffer; isComplete: boolean } {
  const chunks: Buffer[] = [];
  let partBytes = 0;
  let count = first;
  while (count > 0) {
    partBytes += count;
    budget.takeBytes(count, partBytes);
    chunks.push(Buffer.from(library.heap().slice(open.chunk, open.chunk + count)));
    count = library.readData(open.archive, open.chunk, chunkBytes);
  }
  return {
    bytes: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
    isComplete: count === 0,
  };
}

/** The library exports no error number. After the last entry it refuses to read data "in state 'eof'", after a fault it says 'fatal' or the fault. */
function isAtEnd(library: ArchiveLibrary, archive: number): boolean {
  return library.errorText(archive).includes("in state 'eof'");
}
