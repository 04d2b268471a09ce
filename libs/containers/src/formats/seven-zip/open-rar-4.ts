import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { openArchive } from '../archive/open-archive.js';
import { givePart } from '../give-part.js';
import { openWithSevenZip } from './open-seven-zip.js';

const signatureBytes = 7;
const [leastHeader, nameAt] = [7, 32];
const [mainBlock, fileBlock, subBlock] = [0x73, 0x74, 0x7a];
const [headersEncrypted, hasData] = [0x80, 0x8000];
const stored = 0x30;
const mostBlocks = 250_000;

/** The files, and the streams beside them that NTFS keeps, which 7-Zip passes over and WinRAR unpacks. */
export async function* openRar4(bytes: Buffer, context: OpenContext): AsyncGenerator<OpenedItem> {
  yield* openWithSevenZip(bytes, context, { type: 'Rar', instead: openArchive });
  for (const { name, packed, method } of streamsOf(bytes))
    if (method === stored) yield* givePart(name, packed, context.budget);
    else
      yield {
        kind: 'unexamined',
        reason: 'unsupported',
        label: name,
        detail: 'a stream beside a file, packed',
      };
}

/** RAR's technical note for its third version: blocks with their length, some with data behind. */
function* streamsOf(bytes: Buffer): Generator<{ name: string; packed: Buffer; method: number }> {
  let at = signatureBytes;
  for (let count = 0; at + leastHeader <= bytes.length && count < mostBlocks; count += 1) {
    const [type, flags, size] = [bytes[at + 2], bytes.readUInt16LE(at + 3), bytes.readUInt16LE(at + 5)];
    if (size < leastHeader || (type === mainBlock && (flags & headersEncrypted) !== 0)) return;
    const isWithData = type === fileBlock || type === subBlock || (flags & hasData) !== 0;
    const dataBytes = isWithData && at + 11 <= bytes.length ? bytes.readUInt32LE(at + 7) : 0;
    const start = at + size;
    if (type === subBlock && size > nameAt && start <= bytes.length) {
      const nameBytes = bytes.readUInt16LE(at + 26);
      const isStream = bytes.toString('latin1', at + nameAt, at + nameAt + nameBytes) === 'STM';
      const name = bytes.toString('utf16le', at + nameAt + nameBytes, start);
      if (isStream)
        yield { name, packed: bytes.subarray(start, start + dataBytes), method: bytes[at + 25] ?? 0 };
    }
    at = start + dataBytes;
  }
}
