import { inflateWithin } from '../../decoders/inflate.js';
import type { ContainerBudget } from '../../walk-limits.js';

const headBytes = 8;
const objectStorage = 0x1011;

/** Objects in a `PowerPoint Document` stream ([MS-PPT] 2.10.34): compressed, with their size in front, or bare. */
export function* powerPointObjects(document: Buffer, budget: ContainerBudget): Generator<Buffer> {
  for (let at = 0; at + headBytes <= document.length;) {
    const versionAndInstance = document.readUInt16LE(at);
    const type = document.readUInt16LE(at + 2);
    const length = document.readUInt32LE(at + 4);
    const start = at + headBytes;
    const isContainer = (versionAndInstance & 0x0f) === 0x0f;
    if (type === objectStorage) {
      const record = document.subarray(start, start + length);
      const isCompressed = versionAndInstance >> 4 === 1;
      const object = isCompressed ? inflateWithin(record.subarray(4), budget) : record;
      if (object !== null) yield object;
    }
    // The records of a container stand right behind its head.
    at = isContainer ? start : start + length;
  }
}
