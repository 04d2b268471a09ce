import { decodeWords } from '@sluice/contracts';
import { MultipartError } from './multipart.errors.js';
import { parseHeaderParameters } from './header-parameters.js';

/** What a part says of itself. */
export interface PartHeader {
  /** Null: not a named form part (it is ignored). */
  readonly name: string | null;
  readonly hasFilename: boolean;
  /** Last segment of the file's name, a label; null when there is none that can be read. */
  readonly filename: string | null;
  /** Content-Transfer-Encoding in lower case; `7bit` when absent. */
  readonly transferEncoding: string;
  /** Content-Type without parameters, in lower case; null when absent. */
  readonly contentType: string | null;
}

/** Reads the lines between a delimiter and the empty line, without the latter. Throws MultipartError. */
export function parsePartHeader(bytes: Buffer): PartHeader {
  const { text, isInBytes } = decode(bytes);
  const fields = readFields(text);
  const disposition = fields.get('content-disposition') ?? '';
  const { value, parameters } = parseHeaderParameters(disposition, isInBytes);
  const isFormData = value === 'form-data';
  const { plain, extended } = filenameIn(parameters);
  const decoded = extended === undefined ? null : decodeExtended(extended);
  const name = decoded ?? (plain === undefined ? null : decodeWords(plain));
  return {
    name: isFormData ? (parameters.get('name') ?? null) : null,
    hasFilename: plain !== undefined || extended !== undefined,
    filename: name === null ? null : lastSegment(name, isInBytes && decoded === null),
    transferEncoding: (fields.get('content-transfer-encoding') ?? '7bit').trim().toLowerCase(),
    contentType: fields.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? null,
  };
}

interface Filename {
  readonly plain: string | undefined;
  /** With its charset, as RFC 8187 has it. */
  readonly extended: string | undefined;
}

/** Also in pieces, `filename*0*=…; filename*1=…` (RFC 2231), which clients take over from mail. */
function filenameIn(parameters: ReadonlyMap<string, string>): Filename {
  const plain = parameters.get('filename');
  const extended = parameters.get('filename*');
  if (plain !== undefined || extended !== undefined) return { plain, extended };
  const pieces: { readonly value: string; readonly isEncoded: boolean }[] = [];
  for (;;) {
    const name = `filename*${pieces.length}`;
    const encoded = parameters.get(`${name}*`);
    const value = encoded ?? parameters.get(name);
    if (value === undefined) break;
    pieces.push({ value, isEncoded: encoded !== undefined });
  }
  if (pieces.length === 0) return { plain, extended };
  if (pieces[0]?.isEncoded !== true) return { plain: pieces.map(({ value }) => value).join(''), extended };
  const joined = pieces.map(({ value, isEncoded }) => (isEncoded ? value : encodeURIComponent(value)));
  return { plain, extended: joined.join('') };
}

function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  if (text === '') return fields;
  // A line that begins with a blank continues the one before (obsolete folding).
  for (const line of text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trimEnd().toLowerCase();
    if (colon < 1 || /[^!#$%&'*+.^_`|~0-9a-z-]/.test(name))
      throw new MultipartError('a part has a malformed header line');
    if (fields.has(name)) throw new MultipartError('a part has the same header twice');
    fields.set(name, line.slice(colon + 1));
  }
  return fields;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8, as every current client sends; else byte by byte, so that a name is a label and never an error. */
function decode(bytes: Buffer): { readonly text: string; readonly isInBytes: boolean } {
  try {
    return { text: utf8.decode(bytes), isInBytes: false };
  } catch {
    return { text: bytes.toString('latin1'), isInBytes: true };
  }
}

/** `UTF-8''na%C3%AFve` (RFC 8187); null when it cannot be read. */
function decodeExtended(value: string): string | null {
  const match = /^([^']*)'[^']*'(.*)$/s.exec(value);
  if (match === null) return null;
  const [, charset = '', encoded = ''] = match;
  try {
    if (charset.toLowerCase() === 'utf-8') return decodeURIComponent(encoded);
    if (charset.toLowerCase() !== 'iso-8859-1') return null;
    return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  } catch {
    return null;
  }
}

/** In bytes of an unknown charset a backslash may be half of a character; the label is then longer, and true. */
const lastSegment = (name: string, isInBytes: boolean): string =>
  name.split(isInBytes ? /\/|(?<![\x81-\x9f\xe0-\xfc])\\/ : /[\\/]/).at(-1) ?? name;
