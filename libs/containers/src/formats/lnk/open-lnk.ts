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
  const behind = behindBlocks(bytes, end);
  if (behind > bytes.length) yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (behind < bytes.length) yield part('data behind', bytes.subarray(behind), budget, 'file');
  else if (texts.length === 0) yield { kind: 'empty' };
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

/** Extra blocks, each with its length in front; one below four ends them. */
function behindBlocks(bytes: Buffer, start: number): number {
  let at = start;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    if (length < 4) return at + 4;
    at += length;
  }
  // Some writers leave the end mark out.
  return at > bytes.length ? at : bytes.length;
}

function part(label: string, bytes: Buffer, budget: ContainerBudget, role: 'file' | 'stream'): OpenedItem {
  budget.takePart();
  budget.takeBytes(bytes.length, bytes.length);
  return { kind: 'part', label, bytes, role };
}
