import { nextDataMark } from './data-marks.js';
import { withoutEntities, withoutOwnEntities } from './entities.js';
import { type TextBlob, decoded, runEnd, tableOf } from './text-blobs.js';

/** Where an address ends that stands in no quotes. */
const inUrl = tableOf('"\'<>)`').map((one) => 1 - one);
const inWord = tableOf(' \t\r\n').map((one) => 1 - one);
const quotes: Readonly<Record<number, Uint8Array>> = Object.fromEntries(
  [...`"'\``].map((quote) => [quote.charCodeAt(0), tableOf(quote).map((one) => 1 - one)]),
);
const shortestPlainUrl = 64;
const longestType = 65_536;

export function* dataUrls(bytes: Buffer): Generator<TextBlob> {
  // What is read of them together: addresses that stand in each other are an attack on the reader.
  let allowance = bytes.length * 4 + 1024 ** 2;
  let comma = 0;
  for (let at = nextDataMark(bytes, 0), next = 0; at >= 0; at = next) {
    next = nextDataMark(bytes, at + 5);
    if (comma >= 0 && comma <= at) comma = bytes.indexOf(0x2c, at);
    // Of two before one comma the second has the same content: a million of these words are no work.
    if (comma < 0 || comma - at > longestType || (next >= 0 && next < comma)) continue;
    const head = /^data:([^"'<>]*),$/i.exec(bytes.toString('latin1', at, comma + 1));
    if (head === null) continue;
    const start = at + head[0].length;
    const limit = allowance > 0 || next < 0 ? bytes.length : next;
    const body = bodyAt(bytes.subarray(0, limit), at, start);
    allowance -= body.length;
    yield* blobsOf(head[1] ?? '', body);
  }
}

/** To the quote that it began with; where none did, to what no address holds. */
function bodyAt(bytes: Buffer, at: number, start: number): Buffer {
  const quoted = quotes[bytes[at - 1] ?? 0];
  return bytes.subarray(start, runEnd(bytes, start, quoted ?? inUrl));
}

function* blobsOf(kind: string, body: Buffer): Generator<TextBlob> {
  const label = `data: URL (${kind.slice(0, 200).split(';', 1)[0] || 'text'})`;
  if (/;\s*base64\s*$/i.test(kind)) {
    yield { label, bytes: decoded(percentDecoded(body)) };
    // In a list of pictures it ends with a blank, elsewhere a blank is none of it.
    const word = body.subarray(0, runEnd(body, 0, inWord));
    if (word.length > 0 && word.length < body.length)
      yield { label, bytes: decoded(percentDecoded(word)), isExcerpt: true };
  } else if (body.length >= shortestPlainUrl && kind.length <= 200 && !/\s/.test(kind))
    // With blanks in its type it is likely a sentence.
    yield { label, bytes: percentDecoded(body) };
}

const percentDecoded = (text: Buffer): Buffer =>
  text.includes('%')
    ? Buffer.from(
        text
          .toString('latin1')
          .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      )
    : text;

const hasEntity = /&(?:#|(?:colon|semi|comma|sol|plus|equals|quot|apos|lt|amp|Tab|NewLine);)|<!ENTITY/;
const splitScheme = /d[\t\r\n]{0,9}a[\t\r\n]{0,9}t[\t\r\n]{0,9}a[\t\r\n]{0,9}:/gi;

/**
 * Addresses that a page writes with entities, also of its own, or with line breaks in them, in whole or in part: browsers
 * undo both first.
 */
export function* disguisedUrls(bytes: Buffer): Generator<TextBlob> {
  const raw = bytes.toString('latin1');
  const plain = hasEntity.test(raw) ? withoutEntities(withoutOwnEntities(raw)) : raw;
  if (plain !== raw) yield* dataUrls(Buffer.from(plain, 'latin1'));
  const isSplit = [...plain.matchAll(splitScheme)].some(([scheme]) => scheme.length > 5);
  const hasSplitType =
    /;[ \t\r\n]*b[\t\r\n]{0,9}a[\t\r\n]{0,9}s[\t\r\n]{0,9}e[\t\r\n]{0,9}6[\t\r\n]{0,9}4[\t\r\n ]*,/i;
  if (isSplit || hasSplitType.test(plain))
    yield* dataUrls(Buffer.from(plain.replace(/[\t\r\n]+/g, ''), 'latin1'));
}
