import type { OpenContext } from '../../container-format.js';
import { readBase64 } from '../../decoders/base64.js';
import { decodeQuotedPrintable } from '../../decoders/quoted-printable.js';
import type { OpenedItem } from '../../opened-item.js';
import { withLineFeeds } from '../../decoders/line-feeds.js';
import { plainText } from '../wide-text.js';

const maxHeadChars = 65_536;
/** Named, by its name alone as the oldest cards have it, or in an address, whatever the property is. */
const isBase64 =
  /;\s*(?:ENCODING="?(?:B|BASE64)\b|BASE64(?![^;:]))|^[^:"]{1,500}(?:"[^"]{0,500}"[^:"]{0,500})*:data:[^,]*;base64$/i;
/** Of the properties that hold files: names and notes of old cards are written so too. */
const isQuoted =
  /^(?:[\w-]{1,64}\.)?(?:ATTACH|PHOTO|LOGO|SOUND|KEY)\b[^:]{0,500};\s*(?:ENCODING=)?"?QUOTED-PRINTABLE\b/i;
/** An address whose content stands in it as it is, or percent-encoded. */
const address = /^[^:"]{1,500}(?:"[^"]{0,500}"[^:"]{0,500})*:data:[^,]{0,500},/i;
/** What programs show as a page instead of the description. */
const page =
  /^(?:X-ALT-DESC|[^:"]{1,500};FMTTYPE="?text\/html)\b[^:"]{0,500}(?:"[^"]{0,500}"[^:"]{0,500})*:/i;

/** Files that stand in a property as base64, or in the old form as quoted-printable. */
export function* openCalendar(file: Buffer, { budget }: OpenContext): Generator<OpenedItem> {
  let count = 0;
  for (const line of unfoldedLines(withLineFeeds(plainText(file)))) {
    budget.checkTime();
    const value = encodedValue(line);
    if (value === null || value.length === 0) continue;
    count += 1;
    budget.takePart();
    budget.takeBytes(value.length, value.length);
    yield { kind: 'part', label: `attachment ${count}`, bytes: value };
  }
}

function encodedValue(line: Buffer): Buffer | null {
  if (isQuotedLine(line))
    return withoutLineBreak(decodeQuotedPrintable(line.subarray(line.indexOf(0x3a) + 1)));
  const head = line.toString('latin1', 0, maxHeadChars);
  const comma = head.indexOf(';base64,');
  const colon = comma >= 0 ? comma + ';base64'.length : head.indexOf(':');
  if (colon < 0) return null;
  return isBase64.test(head.slice(0, colon))
    ? (readBase64(line.subarray(colon + 1)).readings[0] ?? null)
    : writtenValue(line, head);
}

/** Of a text, which has no line break. */
function writtenValue(line: Buffer, head: string): Buffer | null {
  const [inAddress] = address.exec(head) ?? [];
  if (inAddress !== undefined) return percentDecoded(withoutLineBreak(line.subarray(inAddress.length)));
  const [inPage] = page.exec(head) ?? [];
  return inPage === undefined ? null : unescaped(line.subarray(inPage.length));
}

const percentDecoded = (value: Buffer): Buffer =>
  Buffer.from(
    value
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** RFC 5545, 3.3.11. */
const unescaped = (value: Buffer): Buffer =>
  Buffer.from(
    value
      .toString('latin1')
      .replace(/\\(.)/g, (_, char: string) => (char === 'n' || char === 'N' ? '\n' : char)),
    'latin1',
  );

const isQuotedLine = (line: Buffer): boolean => isQuoted.test(line.toString('latin1', 0, 600));

function withoutLineBreak(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return bytes.subarray(0, end);
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

/**
 * A line goes on in the next one, when that begins with a blank, or this one is quoted and ends with a soft break, or it is
 * base64 as old cards have it, up to an empty line.
 */
function* unfoldedLines(bytes: Buffer): Generator<Buffer> {
  let pieces: Buffer[] = [];
  let isOpen = false;
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(0x0a, at);
    const next = found < 0 ? bytes.length : found + 1;
    const line = bytes.subarray(at, next);
    const isFolded = isBlank(line[0]) || goesOn(pieces) || (isOpen && isOnlyBase64(line));
    if (!isFolded && pieces.length > 0) {
      yield unfolded(pieces);
      pieces = [];
    }
    if (pieces.length === 0) isOpen = isBase64Line(line);
    pieces.push(line);
    at = next;
  }
  yield unfolded(pieces);
}

function isBase64Line(line: Buffer): boolean {
  const head = line.toString('latin1', 0, maxHeadChars);
  const colon = head.indexOf(':');
  return colon >= 0 && isBase64.test(head.slice(0, colon));
}

const onlyBase64 = /^[A-Za-z0-9+/]{1,998}={0,2}\r?\n?$/;
const isOnlyBase64 = (line: Buffer): boolean => onlyBase64.test(line.toString('latin1', 0, 1003));

/** A fold may stand anywhere, in the name of a property as well (RFC 5545, 3.1). In quoted-printable blanks are text. */
function unfolded(pieces: readonly Buffer[]): Buffer {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1 || isQuotedLine(first)) return Buffer.concat(pieces);
  return Buffer.concat(
    pieces.map((piece, index) => withoutLineBreak(piece).subarray(index === 0 || !isBlank(piece[0]) ? 0 : 1)),
  );
}

function goesOn(pieces: readonly Buffer[]): boolean {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (first === undefined || last === undefined) return false;
  return /=\r?\n$/.test(last.toString('latin1', Math.max(0, last.length - 3))) && isQuotedLine(first);
}
