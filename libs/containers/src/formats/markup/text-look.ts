import { tableOf } from './text-blobs.js';

/** What one pass over a text tells: most texts can hold none of what is looked for at more length. */
export interface TextLook {
  /** Of characters of base64, in either alphabet. */
  readonly longestRun: number;
  /** Of characters that are no blank. */
  readonly longestToken: number;
  /** So many digits close together that numbers may be bytes. */
  readonly hasDigits: boolean;
  /** Fewer, as where each stands in a line of its own. */
  readonly hasSomeDigits: boolean;
}

const [ofBase64, ofDigit] = [1, 2];
const classes = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/-_');
for (const digit of '0123456789') classes[digit.charCodeAt(0)] = ofBase64 + ofDigit;
const windowBytes = 64;
/** `CHAR(80)&amp;` has two in thirteen characters. */
const denseDigits = 8;
/** `s = s & ChrW(&H4D)` has one in twenty. */
const someDigits = 3;
const lastBlank = 0x20;

export function lookAtText(bytes: Buffer): TextLook {
  let [longestRun, longestToken, run, token, digits] = [0, 0, 0, 0, 0];
  let most = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const kind = classes[byte] as number;
    if (kind === 0) {
      if (run > longestRun) longestRun = run;
      run = 0;
      if (byte <= lastBlank) {
        if (token > longestToken) longestToken = token;
        token = -1;
      }
    } else {
      run += 1;
      if (kind > ofDigit) digits += 1;
    }
    token += 1;
    if (at % windowBytes === windowBytes - 1) {
      if (digits > most) most = digits;
      digits = 0;
    }
  }
  return {
    longestRun: Math.max(longestRun, run),
    longestToken: Math.max(longestToken, token),
    hasDigits: Math.max(most, digits) >= denseDigits,
    hasSomeDigits: Math.max(most, digits) >= someDigits,
  };
}

const colon = 0x3a;
const scheme = 'atad';
const isGap = (byte: number | undefined): boolean => byte === 9 || byte === 10 || byte === 13;

/** `data:` in any case, with line breaks and tabs in it, which browsers drop. */
export function hasDataScheme(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(colon); at >= 0; at = bytes.indexOf(colon, at + 1)) {
    let place = at - 1;
    let matched = 0;
    for (; matched < scheme.length; matched += 1) {
      for (let gap = 0; gap < 9 && isGap(bytes[place]); gap += 1) place -= 1;
      if (((bytes[place] ?? 0) | 0x20) !== scheme.charCodeAt(matched)) break;
      place -= 1;
    }
    if (matched === scheme.length) return true;
  }
  return false;
}
