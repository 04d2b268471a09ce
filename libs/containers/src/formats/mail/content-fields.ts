import { decodeText, decodeWords } from '@sluice/contracts';
import { parameterReadings, withoutComments } from './mime-parameters.js';

type Fields = ReadonlyMap<string, readonly string[]>;

const encodings = ['base64', 'quoted-printable'] as const;
export type TransferEncoding = (typeof encodings)[number] | 'none';

/** What a part says it is. A field that stands twice is read both ways. */
export interface ContentFields {
  /** Lower-case types of all `Content-Type` fields, without parameters; empty when there is none. */
  readonly types: readonly string[];
  readonly isMultipart: boolean;
  /** Besides a multipart, some reader may take it for a plain part. */
  readonly isAlsoPlain: boolean;
  readonly encodings: readonly TransferEncoding[];
  readonly name: string | null;
  /** Programs open it as a mail or as a web archive by one of its names, of which readers choose one. */
  readonly hasMailName: boolean;
  /** Of all `charset` parameters, which readers choose from. */
  readonly charsets: readonly string[];
}

export function readContentFields(fields: Fields): ContentFields {
  const values = typeValues(fields);
  const types = [...new Set(values.map(typeOf))];
  const isMultipart = types.some(isMultipartType);
  return {
    types,
    isMultipart,
    isAlsoPlain: isMultipart && !types.every(isMultipartType),
    encodings: encodingsOf(fields.get('content-transfer-encoding') ?? []),
    name: nameOf(fields),
    hasMailName: namesOf(fields).some((name) => mailName.test(name)),
    charsets: charsetsOf(values),
  };
}

/** Of all `Content-Type` fields, as they stand, and where words in them are encoded, decoded. */
const typeValues = (fields: Fields): string[] =>
  (fields.get('content-type') ?? []).flatMap((value) =>
    value.includes('=?') ? [value, decodeWords(value)] : [value],
  );

const isMultipartType = (type: string): boolean => type.startsWith('multipart');

/** Of all `Content-Type` fields. */
export const boundariesOf = (fields: Fields): string[] => [
  ...new Set(typeValues(fields).flatMap((value) => parameterReadings(value, 'boundary'))),
];

export function typeOf(value: string): string {
  const plain = withoutComments(value).slice(0, 1000);
  const [, main = '', sub = ''] = /^[\s"']*([^\s;/"']*)\s*\/?\s*([^\s;"']*)/.exec(plain) ?? [];
  return `${main}/${sub}`.toLowerCase();
}

export function firstReading(values: readonly string[], name: string): string | undefined {
  for (const value of values) {
    const reading = parameterReadings(value, name)[0];
    if (reading !== undefined && reading !== '') return reading;
  }
  return undefined;
}

/**
 * Each encoding that a value names, those in its comments last: some readers look for the word alone. Beside it none at
 * all, where the value is more than the bare word.
 */
function encodingsOf(values: readonly string[]): TransferEncoding[] {
  if (values.length === 0) return ['none'];
  const found = new Set<TransferEncoding>();
  for (const value of values) {
    const [bare, whole] = [withoutComments(value), value].map((text) =>
      decodeWords(text.slice(0, 1000)).toLowerCase(),
    ) as [string, string];
    for (const text of [bare, whole])
      for (const encoding of encodings) if (text.replace(/\s/g, '').includes(encoding)) found.add(encoding);
    if (!encodings.some((encoding) => encoding === bare.trim())) found.add('none');
  }
  return [...found];
}

const maxCharsets = 4;
const charsetsOf = (values: readonly string[]): string[] =>
  [
    ...new Set(
      values.flatMap((value) => parameterReadings(value, 'charset')).map((name) => name.trim().toLowerCase()),
    ),
  ]
    .filter((name) => name !== '')
    .slice(0, maxCharsets);

/** Files that programs open as a mail or as a web archive. Windows drops blanks and dots at the end of a name. */
export const mailName = /\.(?:eml|mht|mhtml|nws)[\s.]*$/i;

/** All that a reader may take for its name. */
function namesOf(fields: Fields): string[] {
  const named = [
    ['content-type', 'name'],
    ['content-disposition', 'filename'],
  ] as const;
  const written = named.flatMap(([field, parameter]) =>
    (fields.get(field) ?? []).flatMap((value) => parameterReadings(value, parameter)),
  );
  return written.flatMap((name) => (name.includes('=?') ? [name, decodeWords(name)] : [name]));
}

function nameOf(fields: Fields): string | null {
  const name =
    firstReading(fields.get('content-disposition') ?? [], 'filename') ??
    firstReading(fields.get('content-type') ?? [], 'name');
  if (name === undefined) return null;
  const decoded = decodeWords(name);
  return decoded === name ? (decodeText(Buffer.from(name, 'latin1'), 'utf-8') ?? name) : decoded;
}
