import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';
import { damaged, givePart } from '../give-part.js';
import { giveRemains } from '../give-remains.js';

const headEnd = '\r\n\r\n';
/** A header longer than this is none. */
const longestHead = 65_536;

/** Records of a web archive (WARC 1.1): the blocks behind their headers. */
export function* openWarc(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let at = 0;
  yield { kind: 'empty' };
  while (bytes.toString('latin1', at, at + 5) === 'WARC/') {
    const end = bytes.indexOf(headEnd, at, 'latin1');
    if (end < 0 || end - at > longestHead) return yield damaged('a header is not whole');
    const head = bytes.toString('utf8', at, end);
    const length = Number(/^content-length: *(\d{1,15}) *$/im.exec(head)?.[1] ?? 0);
    const label = /^warc-target-uri: *(.*?) *$/im.exec(head)?.[1] ?? 'record';
    const start = end + headEnd.length;
    yield* givePart(label, bytes.subarray(start, start + length), budget);
    if (start + length > bytes.length) return yield damaged('the file ends within it', label);
    at = start + length;
    while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
  }
  yield* giveRemains(bytes, [[at, bytes.length]], budget);
}
