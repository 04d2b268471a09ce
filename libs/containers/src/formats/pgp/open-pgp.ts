import type { OpenContext } from '../../container-format.js';
import { readBase64 } from '../../decoders/base64.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { armor, otherArmor } from './detect-pgp.js';
import { pgpPackets } from './pgp-packets.js';

/** Session keys, and data under them; RFC 9580 §5. */
const sealedTags = new Set([1, 3, 9, 18, 20]);
const compressedTag = 8;
const literalTag = 11;
const maxDepth = 4;

/** A message that is only signed or compressed is opened; all others are sealed. Keys and signatures are no messages. */
export function* openPgp(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const items = [...messageItems(withoutArmor(bytes), budget, 0)];
  if (items.length === 0) yield { kind: 'unexamined', reason: 'encrypted', isAtOpening: true };
  else {
    // What only begins like a message, and gives nothing, was none.
    const isNothing = !items.some((item) => item.kind === 'part');
    for (const item of items)
      yield item.kind === 'unexamined' && isNothing ? { ...item, isAtOpening: true } : item;
  }
}

function* messageItems(message: Buffer, budget: ContainerBudget, depth: number): Generator<OpenedItem> {
  for (const { tag, body, isCut } of pgpPackets(message)) {
    if (sealedTags.has(tag)) {
      yield { kind: 'unexamined', reason: 'encrypted' };
      return;
    }
    if (tag === compressedTag) yield* compressedItems(body, budget, depth);
    if (tag === literalTag) yield literal(body, budget);
    if (isCut) yield { kind: 'unexamined', reason: 'damaged', detail: 'the message ends too early' };
  }
}

function* compressedItems(body: Buffer, budget: ContainerBudget, depth: number): Generator<OpenedItem> {
  const [method] = body;
  const isKnown = depth < maxDepth && (method === 0 || method === 1 || method === 2);
  if (!isKnown) {
    yield { kind: 'unexamined', reason: 'unsupported', detail: `compression ${method ?? 'missing'}` };
    return;
  }
  const data = body.subarray(1);
  const plain = method === 0 ? data : inflateWithin(data, budget, method === 1 ? 'raw' : 'zlib');
  if (plain === null) yield { kind: 'unexamined', reason: 'damaged', detail: 'its compression is broken' };
  else {
    budget.takeBytes(plain.length, plain.length);
    yield* messageItems(plain, budget, depth + 1);
  }
}

/** Format, the name with its length, a date, the bytes. */
function literal(body: Buffer, budget: ContainerBudget): OpenedItem {
  const nameBytes = body[1] ?? 0;
  const name = body.toString('utf8', 2, 2 + nameBytes);
  const bytes = body.subarray(2 + nameBytes + 4);
  budget.takePart();
  budget.takeBytes(bytes.length, bytes.length);
  return { kind: 'part', label: name || 'signed content', bytes };
}

const armorHead = /-----[ \t]{0,100}(?:\r\n?|\n)(?:[^\r\n:]{1,100}:[^\r\n]*(?:\r\n?|\n))*[ \t]*(?:\r\n?|\n)?/;

/** Fields of the armor end with an empty line; a checksum stands in a line that begins with an equals sign. */
function withoutArmor(bytes: Buffer): Buffer {
  const first128 = bytes.toString('latin1', 0, 128);
  if (!armor.test(first128) && !otherArmor.test(first128)) return bytes;
  const head = armorHead.exec(bytes.toString('latin1', 0, 8192));
  const start = head === null ? bytes.length : head.index + head[0].length;
  const end = bytes.indexOf('-----END', start);
  const checksums = ['\n=', '\r='].map((mark) => bytes.indexOf(mark, start));
  const stops = [end, ...checksums].filter((at) => at >= 0);
  return readBase64(bytes.subarray(start, Math.min(bytes.length, ...stops))).readings[0] ?? bytes;
}
