import { brotliDecompressSync } from 'node:zlib';
import type { OpenContext } from '../../container-format.js';
import { inflateWithin } from '../../decoders/inflate.js';
import type { OpenedItem } from '../../opened-item.js';
import type { ContainerBudget } from '../../walk-limits.js';
import { dechunked } from './dechunked.js';

/** A header longer than this is none. */
const longestHead = 65_536;
const headEnd = /\r?\n\r?\n/;

/** The body of a message (RFC 9112), as a program that saves it has it; of a form, its files. */
export function* openHttp(bytes: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  const text = bytes.toString('latin1', 0, longestHead);
  const end = headEnd.exec(text);
  if (end === null) return;
  const fields = text.slice(0, end.index);
  const field = (name: string): string =>
    (new RegExp(`^${name}:[ \t]*(.*?)[ \t]*\r?$`, 'im').exec(fields)?.[1] ?? '').toLowerCase();
  const raw = bytes.subarray(end.index + end[0].length);
  const isChunked = field('transfer-encoding').includes('chunked');
  const body = unpacked(
    isChunked ? dechunked(raw, () => budget.checkTime()) : raw,
    field('content-encoding'),
    budget,
  );
  if (body.length === 0) return;
  budget.takePart();
  budget.takeBytes(body.length, body.length);
  // Where it ends early nothing says so but its own content.
  yield { kind: 'part', label: 'body', bytes: body };
  const type = /^content-type:[ \t]*(multipart\/[^\r\n]{1,2000})/im.exec(fields)?.[1];
  if (type === undefined) return;
  const form = Buffer.concat([Buffer.from(`Content-Type: ${type}\r\n\r\n`, 'latin1'), body]);
  budget.takePart();
  budget.takeBytes(form.length, form.length);
  yield { kind: 'part', label: 'form', bytes: form, declaredAs: 'mail', isExcerpt: true };
}

/** What is packed in a way that is known by its first bytes is opened as a file. */
function unpacked(body: Buffer, encoding: string, budget: ContainerBudget): Buffer {
  if (encoding === 'deflate')
    return inflateWithin(body, budget) ?? inflateWithin(body, budget, 'raw') ?? body;
  return encoding === 'br' ? (unbrotlied(body, budget) ?? body) : body;
}

function unbrotlied(body: Buffer, budget: ContainerBudget): Buffer | null {
  const maxOutputLength = Math.max(1, budget.largestPartBytes);
  try {
    return brotliDecompressSync(body, { maxOutputLength });
  } catch (error) {
    // More than may come out: let the budget say which bound it is.
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      budget.takeBytes(maxOutputLength + 1, maxOutputLength + 1);
    return null;
  }
}
