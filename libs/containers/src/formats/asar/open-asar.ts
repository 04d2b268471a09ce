import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';

const headBytes = 16;
const maxDepth = 64;

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Files of the archive; those that lie unpacked beside it are not in it. */
export function* openAsar(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const directoryEnd = headBytes + bytes.readUInt32LE(12);
  const start = 8 + bytes.readUInt32LE(4);
  const directory = parsed(bytes.toString('utf8', headBytes, directoryEnd));
  if (directory === null) {
    yield { kind: 'unexamined', reason: 'damaged', detail: 'its directory cannot be read' };
    return;
  }
  let given = 0;
  for (const { name, offset, size } of files(directory)) {
    const file = bytes.subarray(start + offset, start + offset + size);
    given += 1;
    budget.takePart();
    budget.takeBytes(file.length, file.length);
    yield { kind: 'part', label: name, bytes: file };
    if (file.length < size) yield { kind: 'unexamined', reason: 'damaged', label: name };
  }
  if (given === 0) yield { kind: 'empty' };
}

function parsed(text: string): Node | null {
  try {
    const value: unknown = JSON.parse(text);
    return isNode(value) ? value : null;
  } catch {
    return null;
  }
}

function* files(root: Node): Generator<{ name: string; offset: number; size: number }> {
  const open: { node: Node; name: string; depth: number }[] = [{ node: root, name: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, name, depth } = next;
    const { offset, size, files: inside } = node;
    if (typeof offset === 'string' && typeof size === 'number' && size >= 0 && /^\d{1,15}$/.test(offset))
      yield { name, offset: Number(offset), size };
    if (!isNode(inside) || depth >= maxDepth) continue;
    for (const [own, child] of Object.entries(inside))
      if (isNode(child))
        open.push({ node: child, name: name === '' ? own : `${name}/${own}`, depth: depth + 1 });
  }
}
