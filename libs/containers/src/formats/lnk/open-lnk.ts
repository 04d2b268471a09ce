import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';

const headBytes = 76;
const flag = { idList: 1, linkInfo: 2, unicode: 0x80 };
/** Name, relative path, working folder, arguments, icon. */
const textFlags = [0x04, 0x08, 0x10, 0x20, 0x40];

/** A shortcut's texts, so that rules can read them, and what stands behind its end ([MS-SHLLINK]). */
export function* openLnk(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const { texts, end } = readTexts(bytes);
  if (texts.length > 0) yield part('texts', Buffer.from(texts.join('\n')), budget, 'stream');
  const { blocks, behind } = extraBlocks(bytes, end);
  for (const block of blocks) yield part('block of an unknown kind', block, budget, 'file');
  if (behind > bytes.length) yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (behind < bytes.length) yield part('data behind', bytes.subarray(behind), budget, 'file');
  else if (texts.length + blocks.length === 0) yield { kind: 'empty' };
}

function readTexts(bytes: Buffer): { texts: string[]; end: number } {
  const flags = bytes.readUInt32LE(20);
  let at = headBytes;
  if ((flags & flag.idList) !== 0 && at + 2 <= bytes.length) at += 2 + bytes.readUInt16LE(at);
  if ((flags & flag.linkInfo) !== 0 && at + 4 <= bytes.length) at += Math.max(4, bytes.readUInt32LE(at));
  const isUnicode = (flags & flag.unicode) !== 0;
  const texts: string[] = [];
  for (const one of textFlags) {
    if ((flags & one) === 0 || at + 2 > bytes.length) continue;
    const length = bytes.readUInt16LE(at) * (isUnicode ? 2 : 1);
    texts.push(bytes.toString(isUnicode ? 'utf16le' : 'latin1', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return { texts, end: at };
}

const leastBlock = 40;
/** [MS-SHLLINK] 2.5: kinds that Windows knows. */
const [firstKind, lastKind] = [0xa0000001, 0xa000000c];

/** Extra blocks, each with its length and kind in front; a length below four ends them. Of those that no one knows, the content. */
function extraBlocks(bytes: Buffer, start: number): { blocks: Buffer[]; behind: number } {
  const blocks: Buffer[] = [];
  let at = start;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    if (length < 4) return { blocks, behind: at + 4 };
    const kind = length >= leastBlock && at + 8 <= bytes.length ? bytes.readUInt32LE(at + 4) : firstKind;
    if (kind < firstKind || kind > lastKind) blocks.push(bytes.subarray(at + 8, at + length));
    at += length;
  }
  // Some writers leave the end mark out.
  return { blocks, behind: at > bytes.length ? at : bytes.length };
}

function part(label: string, bytes: Buffer, budget: ContainerBudget, role: 'file' | 'stream'): OpenedItem {
  budget.takePart();
  budget.takeBytes(bytes.length, bytes.length);
  return { kind: 'part', label, bytes, role };
}
