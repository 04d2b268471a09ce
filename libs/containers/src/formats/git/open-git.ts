import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged } from '../give-part.js';
import { packStart } from './detect-git.js';
import { gitObjects } from './git-objects.js';

/** Every object of a pack; files are among them, as trees and messages are. */
export function* openGit(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const pack = bytes.subarray(packStart(bytes));
  const wanted = pack.readUInt32BE(8);
  let [count, missing] = [0, 0];
  for (const object of gitObjects(pack, budget)) {
    count += 1;
    if (object.bytes === null) missing += 1;
    if (object.bytes === null || object.bytes.length === 0) continue;
    budget.takePart();
    budget.takeBytes(object.bytes.length, object.bytes.length);
    yield { kind: 'part', label: `object at ${object.at}`, bytes: object.bytes };
  }
  if (count < wanted) yield damaged('it ends before its last object');
  else if (missing > 0)
    yield {
      kind: 'unexamined',
      reason: 'unsupported',
      detail: 'objects that are made from others, which are not in it or named by their hash',
    };
  else if (wanted === 0) yield { kind: 'empty' };
}
