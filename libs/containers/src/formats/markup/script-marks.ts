import type { TextLook } from './text-look.js';

/** How files begin, in hexadecimal. */
const beginnings = [
  ...['504b0304', '504b0506', '25504446', '526172211a07', '377abcaf271c', '1f8b08', 'd0cf11e0a1b11ae1'],
  ...['28b52ffd', '425a6839314159', '4c00000001140200', 'e4525c7b8cd8a74d'],
  ...['4d534346', '7b5c7274', '7f454c46', 'fd377a585a00', '4d5a9000', '4d5a5000', '4d5a4152'],
];
export const magics = beginnings.map((hex) => Buffer.from(hex, 'hex'));
/** Eight bytes that stand nowhere else: what it is in may have a head of its own in front. */
export const isSureWithin = (mark: string): boolean => /^d0cf11e0a1b11ae1$/i.test(mark);
const separator = '[ ,:\\-]{0,2}';
const spelled = beginnings.map((hex) => (hex.match(/../g) ?? []).join(separator)).join('|');
/** A file in hexadecimal begins here. */
export const beginning = new RegExp(spelled, 'i');
/** Text in hexadecimal begins here: so many bytes of it in a row. */
export const spelledText = /(?:(?:[2-6][0-9a-f]|7[0-9a-e]|0[9ad])[ ,:\-\\\r\n\t]{0,8}){16}/i;
/** What joins one to the next: a sign, or a line that goes on with the same name (`s = s & …`, `s += …`). */
export const joint =
  /[\s_]{0,12}(?:&amp;|\|\||[+&.,;])[\s_]{0,12}|[ \t;]{0,4}\r?\n[ \t]{0,40}\$?[a-z]\w{0,30}[ \t]{0,2}(?:[+&]=|=[ \t]{0,2}\$?[a-z]\w{0,30}[ \t]{0,2}[+&])[ \t]{0,2}/i;
/** Two of them in a row. */
export const joinedCharacters = new RegExp(
  `(?:cha?r[wb]?\\$?[ \\t]{0,2}\\(|\\[char\\])[^\\r\\n]{1,9}(?:${joint.source})(?:cha?r|\\[char\\])`,
  'i',
);

/**
 * `-EncodedCommand`, or its beginning, of PowerShell, which takes every dash for one, through a shell that drops carets;
 * then at least so much base64.
 */
export const encodedCommand =
  /[-/\x93-\x97]\^?e\^?(?:c|n[a-z^]{0,26})?[ \t^]{1,9}["']?(?=[A-Za-z0-9+/]{40})/i;

/** Lines of Intel's or Motorola's hexadecimal files. */
export const hexRecord = /(?:^|[\r\n])(?=:[0-9a-f]{10}|S[0-3][0-9a-f]{8})/i;
/** `#77#90…` of Pascal. */
export const pascalCodes = /(?:#(?:\d{1,3}|\$[0-9a-f]{2})){32}/i;
/** `\077\090…` of Lua: eight and nine are digits. */
export const decimalEscapes = /(?:\\\d{1,3}){32}/;

const tables = [
  hexRecord,
  pascalCodes,
  decimalEscapes,
  /(?:(?:(?:\([a-z][a-z_0-9 ]{2,15}\) ?)?(?:-?\d{1,3}|(?:0x|\$|&h)[0-9a-f]{1,2}&?|0?[0-9a-f]{2}h|0o?[0-3][0-7]{2}|0b[01]{1,8}))\s{0,4},[\s_]{0,40}){32}/i,
  /int(?:16|32|64)(?:Array[ \t]{0,4}\([ \t]{0,4}\[|_t\b[^={;]{0,80}=[ \t\r\n]{0,20}\{)/i,
  /(?:(?:(?:0x|&h)[0-9a-f]{1,2}|\d{1,3})\s{0,4},[\s_]{0,40}){32}/i,
  /(?:(?:\\x|\\u00|\\[ux]\{)[0-9a-f]{2}\}?){32}/i,
  /(?:\\[0-7]{2,3}){32}/,
  /(?:\\x[0-9a-f]{2}){8}"\s{1,80}"(?:\\x[0-9a-f]{2}){4}/i,
];

const leastOfCommand = 40;

/** Something that a script decodes stands in it. */
export function hasScriptBlob(
  text: () => string,
  { longestRun, hasDigits, hasSomeDigits }: TextLook,
): boolean {
  if (longestRun >= leastOfCommand && encodedCommand.test(text())) return true;
  if (hasSomeDigits && joinedCharacters.test(text())) return true;
  return hasDigits && [beginning, spelledText, ...tables].some((pattern) => pattern.test(text()));
}
