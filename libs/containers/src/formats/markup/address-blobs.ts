import { nextDataMark } from './data-marks.js';
import { type TextBlob, decoded, runEnd, tableOf } from './text-blobs.js';

const inUrl = tableOf('"\'<>)`').map((one) => 1 - one);
const shortestPlainUrl = 64;
const longestType = 2000;

export function* dataUrls(bytes: Buffer): Generator<TextBlob> {
  let comma = 0;
  for (let at = nextDataMark(bytes, 0), next = 0; at >= 0; at = next) {
    next = nextDataMark(bytes, at + 5);
    if (comma >= 0 && comma <= at) comma = bytes.indexOf(0x2c, at);
    // Of two before one comma the second has the same content: a million of these words are no work.
    if (comma < 0 || comma - at > longestType || (next >= 0 && next < comma)) continue;
    const head = /^data:([^"'<>]*),$/i.exec(bytes.toString('latin1', at, comma + 1));
    if (head === null) continue;
    const start = at + head[0].length;
    const body = bytes.subarray(start, runEnd(bytes, start, inUrl));
    const kind = head[1] ?? '';
    const isBase64 = /;\s*base64\s*$/i.test(kind);
    // With blanks in its type it is likely a sentence, but where base64 follows.
    if (!isBase64 && (body.length < shortestPlainUrl || kind.length > 200 || /\s/.test(kind))) continue;
    const plain = body.includes('%') ? percentDecoded(body) : body;
    const type = kind.split(';', 1)[0] || 'text';
    yield { label: `data: URL (${type})`, bytes: isBase64 ? decoded(plain) : plain };
  }
}

const percentDecoded = (text: Buffer): Buffer =>
  Buffer.from(
    text
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** Of HTML those that an address or what is around it may be written with. */
const entities: Readonly<Record<string, string>> = {
  colon: ':',
  semi: ';',
  comma: ',',
  sol: '/',
  plus: '+',
  equals: '=',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  amp: '&',
  Tab: '\t',
  NewLine: '\n',
};
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

const withoutEntities = (text: string): string =>
  text.replace(
    /&(?:#(?:x([0-9a-f]{1,6})|(\d{1,7}));?|([A-Za-z]{2,7});)/gi,
    (whole, hex: string | undefined, digits: string | undefined, name: string | undefined) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      return code < 128 ? String.fromCharCode(code) : whole;
    },
  );

const maxOwn = 64;
const declaration = /<!ENTITY\s{1,9}([\w.-]{1,64})\s{1,9}(?:"([^"<>]*)"|'([^'<>]*)')/g;

/** One level of them, and no more than twice the text: those that only multiply hold nothing. */
function withoutOwnEntities(text: string): string {
  const own = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(declaration)) {
    if (own.size >= maxOwn) break;
    own.set(name, double ?? single ?? '');
  }
  if (own.size === 0) return text;
  let allowance = text.length + 65_536;
  return text.replace(/&([\w.-]{1,64});/g, (whole, name: string) => {
    const value = own.get(name);
    if (value === undefined || value.length > allowance) return whole;
    allowance -= value.length;
    return value;
  });
}
