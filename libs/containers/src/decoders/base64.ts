/** What readers make of base64. `isCut`: it ends within a group of four characters, and no padding says so. */
export interface Base64Readings {
  /** Distinct, the most common reader's first. Several only where padding or foreign characters stand in it. */
  readonly readings: readonly Buffer[];
  readonly isCut: boolean;
  readonly isPadded: boolean;
}

const junk = 64;
const blank = 65;
const padding = 66;
const dashOrLine = 67;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Uint8Array(256).fill(junk);
for (let at = 0; at < 64; at += 1) values[alphabet.charCodeAt(at)] = at;
for (const char of ' \t\r\n') values[char.charCodeAt(0)] = blank;
values[0x3d] = padding;
values[0x2d] = dashOrLine;
values[0x5f] = dashOrLine;

interface Survey {
  readonly characters: number;
  readonly hasJunk: boolean;
  readonly hasUrlCharacters: boolean;
  readonly hasPlusOrSlash: boolean;
  readonly paddingAt: number;
  readonly goesOnBehindPadding: boolean;
}

export function readBase64(raw: Buffer): Base64Readings {
  const seen = survey(raw);
  const isPadded = seen.paddingAt >= 0;
  const isCut = !isPadded && seen.characters % 4 !== 0;
  const isOrdinary = !seen.hasJunk && !seen.hasUrlCharacters && !seen.goesOnBehindPadding;
  // Several times as fast, and the same for all readers.
  if (isOrdinary) return { readings: [Buffer.from(raw.toString('latin1'), 'base64')], isCut, isPadded };
  const first = decode(raw, 'go on');
  const readings = [first];
  const add = (other: Buffer): void => {
    if (other.length > 0 && !readings.some((one) => one.equals(other))) readings.push(other);
  };
  if (seen.goesOnBehindPadding) {
    add(decode(raw.subarray(0, seen.paddingAt), 'go on'));
    add(decode(raw, 'ignore'));
  }
  if (seen.hasJunk || seen.hasUrlCharacters) add(decode(cleanLines(raw), 'go on'));
  if (seen.hasJunk && raw.includes('<')) add(decode(withoutTags(raw), 'go on'));
  if (seen.hasUrlCharacters && !seen.hasPlusOrSlash) add(decode(asStandardAlphabet(raw), 'go on'));
  return { readings, isCut, isPadded };
}

/** Nothing but base64 and line breaks, and enough of it that it is hardly a word: text that is a file in disguise. */
export function isWhollyBase64(raw: Buffer): boolean {
  let characters = 0;
  let padded = 0;
  for (const byte of raw) {
    const value = values[byte] as number;
    if (value < 64) {
      if (padded > 0) return false;
      characters += 1;
    } else if (value === padding) padded += 1;
    else if (value !== blank) return false;
  }
  return characters >= 40 && padded <= 2 && (characters + padded) % 4 === 0;
}

function survey(raw: Buffer): Survey {
  let characters = 0;
  let paddingAt = -1;
  const seen = { hasJunk: false, hasUrlCharacters: false, hasPlusOrSlash: false, goesOnBehindPadding: false };
  for (let at = 0; at < raw.length; at += 1) {
    const value = values[raw[at] as number] as number;
    if (value < 64) {
      characters += 1;
      if (value >= 62) seen.hasPlusOrSlash = true;
      if (paddingAt >= 0) seen.goesOnBehindPadding = true;
    } else if (value === padding) {
      if (paddingAt < 0) paddingAt = at;
    } else if (value === dashOrLine) seen.hasUrlCharacters = true;
    else if (value === junk) seen.hasJunk = true;
  }
  return { ...seen, characters, paddingAt };
}

/** Foreign characters are skipped. Padding: groups begin anew behind it, or it is skipped too. */
function decode(raw: Buffer, atPadding: 'go on' | 'ignore'): Buffer {
  const out = Buffer.allocUnsafe(Math.ceil((raw.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const value = values[raw[at] as number] as number;
    if (value < 64) {
      held = ((held << 6) | value) & 0xffffff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[length] = (held >> bits) & 0xff;
        length += 1;
      }
    } else if (value === padding && atPadding === 'go on') bits = 0;
  }
  return out.subarray(0, length);
}

/** Without the lines that hold foreign characters: a footer that a mailing list put behind an attachment. */
function cleanLines(raw: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let start = 0; start < raw.length;) {
    const found = raw.indexOf(0x0a, start);
    const next = found < 0 ? raw.length : found + 1;
    if (isCleanLine(raw, start, next)) kept.push(raw.subarray(start, next));
    start = next;
  }
  return Buffer.concat(kept);
}

function isCleanLine(raw: Buffer, start: number, end: number): boolean {
  let isBehindBlank = false;
  for (let at = start; at < end; at += 1) {
    const value = values[raw[at] as number] as number;
    if (value === junk || value === dashOrLine) return false;
    if (value === blank) isBehindBlank = true;
    else if (isBehindBlank) return false;
  }
  return true;
}

/** Of mail that something turned into HTML on its way. */
const withoutTags = (raw: Buffer): Buffer =>
  Buffer.from(raw.toString('latin1').replace(/<\/?[a-z][^<>]{0,80}>/gi, ''), 'latin1');

const asStandardAlphabet = (raw: Buffer): Buffer =>
  Buffer.from(raw.map((byte) => (byte === 0x2d ? 0x2b : byte === 0x5f ? 0x2f : byte)));
