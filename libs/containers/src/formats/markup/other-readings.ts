import { withoutEntities, withoutOwnEntities } from './entities.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** An escape of JSON and its like, behind what is likely base64. */
const escaped = /[A-Za-z0-9+/=]{16}\\(?:[/nr]|u00[2-7][0-9a-f])/i;
export const hasEscapes = (text: string): boolean => escaped.test(text);
const everyEscape = /\\(?:u00([2-7][0-9a-f])|([/nrt]))/gi;
/** Of ISO 2022: text in one charset and another. Browsers that are told of it drop them. */
const shifts = /\x1b(?:\([A-Z]|\$(?:[@-Z]|\([@-Z])|[.&]?[@-Z])/g;
/** An address within an address. */
const escapedScheme = /%3Bbase64(?:,|%2C)/i;
const percentDecoded = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const hasMarkupWithin = /<!--|<!\[CDATA\[|<\?|&#|&\w{2,8};|<!ENTITY/;

/** The same text as programs have it that undo its escapes; those of what would be the same are left out. */
export function* otherReadings(bytes: Buffer, isPage: boolean): Generator<Buffer> {
  const raw = bytes.toString('latin1');
  if (hasEscapes(raw)) yield latin1(unescaped(raw));
  if (escapedScheme.test(raw)) yield latin1(percentDecoded(raw));
  if (raw.includes('\x1b')) yield latin1(raw.replace(shifts, ''));
  if (!isPage || !hasMarkupWithin.test(raw)) return;
  const flat = flattened(raw);
  if (flat !== raw) yield latin1(flat);
}

const unescaped = (text: string): string =>
  text.replace(everyEscape, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined ? (char === '/' ? '/' : '\n') : String.fromCharCode(Number.parseInt(hex, 16)),
  );

/** An element's text as parsers of XML give it: what stands between these is left out, and entities are what they mean. */
function flattened(text: string): string {
  const plain = without(without(text, '<!--', '-->'), '<?', '?>');
  return withoutEntities(withoutOwnEntities(plain.replaceAll('<![CDATA[', '').replaceAll(']]>', '')));
}

function without(text: string, open: string, close: string): string {
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, from)) {
    const end = text.indexOf(close, at + open.length);
    if (end < 0) break;
    kept.push(text.slice(from, at));
    from = end + close.length;
  }
  kept.push(text.slice(from));
  return kept.join('');
}
