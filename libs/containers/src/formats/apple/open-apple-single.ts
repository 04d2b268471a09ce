import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';

const entryBytes = 12;
const forks: Readonly<Record<number, string>> = { 1: 'data fork', 2: 'resource fork' };

export function* openAppleSingle(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const count = bytes.readUInt16BE(24);
  let isCut = 26 + count * entryBytes > bytes.length;
  let given = 0;
  for (let at = 26; at + entryBytes <= bytes.length && at < 26 + count * entryBytes; at += entryBytes) {
    const label = forks[bytes.readUInt32BE(at)];
    if (label === undefined) continue;
    const start = bytes.readUInt32BE(at + 4);
    const end = start + bytes.readUInt32BE(at + 8);
    if (end > bytes.length) isCut = true;
    const fork = bytes.subarray(start, end);
    given += 1;
    budget.takePart();
    budget.takeBytes(fork.length, fork.length);
    yield { kind: 'part', label, bytes: fork };
  }
  if (isCut) yield { kind: 'unexamined', reason: 'damaged', detail: 'it ends too early' };
  else if (given === 0) yield { kind: 'empty' };
}
