import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { type PdfDictionary, type PdfValue, isDictionary, nameOf } from './pdf-values.js';

type Method = 'none' | 'rc4' | 'aes' | 'aes-256';

/** Of one object: a key of its own is made of both numbers. */
export interface SealedObject {
  readonly number: number;
  readonly generation: number;
}

/** Undoes the encryption of one object's bytes, which may be another one for strings, streams and attached files. */
export interface PdfDecryption {
  text(data: Buffer, object: SealedObject): Buffer;
  /** `own`: the crypt filter that the stream itself names; undefined: none. Null: no one knows it. */
  stream(
    data: Buffer,
    object: SealedObject,
    how: { readonly own: string | undefined; readonly isFile: boolean },
  ): Buffer | null;
}

const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
const md5 = (...pieces: Buffer[]): Buffer => hash('md5', ...pieces);
const hash = (name: string, ...pieces: Buffer[]): Buffer => {
  const sum = createHash(name);
  for (const piece of pieces) sum.update(piece);
  return sum.digest();
};

/**
 * The standard security handler (ISO 32000-2 §7.6.4, all revisions). Each password is tried as the user's and as the
 * owner's; the empty one opens what only its author may change. Null: none of them does, or another handler sealed it.
 */
export function openEncryption(
  dictionary: PdfDictionary,
  id: Buffer,
  passwords: Iterable<string>,
): PdfDecryption | null {
  if (nameOf(dictionary.get('Filter')) !== 'Standard') return null;
  const [ofStreams, ofTexts, ofFiles] = [
    usualMethod(dictionary, 'StmF'),
    usualMethod(dictionary, 'StrF'),
    usualMethod(dictionary, dictionary.has('EFF') ? 'EFF' : 'StmF'),
  ];
  if (ofStreams === null || ofTexts === null || ofFiles === null) return null;
  for (const password of passwords) {
    const key = fileKey(dictionary, id, Buffer.from(password, 'utf8'));
    if (key === null) continue;
    return {
      text: (data, object) => decrypt(data, { key, method: ofTexts, ...object }),
      stream(data, object, { own, isFile }) {
        const usual = isFile ? ofFiles : ofStreams;
        const method = own === undefined ? usual : namedMethod(dictionary, own);
        return method === null ? null : decrypt(data, { key, method, ...object });
      },
    };
  }
  return null;
}

const numberIn = (dictionary: PdfDictionary, key: string): number => {
  const value = dictionary.get(key);
  return typeof value === 'number' ? value : 0;
};
const textIn = (dictionary: PdfDictionary, key: string): Buffer => {
  const value: PdfValue | undefined = dictionary.get(key);
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
};

/** Null: no one knows how it was done. */
function usualMethod(dictionary: PdfDictionary, key: 'StmF' | 'StrF' | 'EFF'): Method | null {
  const version = numberIn(dictionary, 'V');
  if (version === 1 || version === 2 || version === 3) return 'rc4';
  if (version !== 4 && version !== 5) return null;
  return namedMethod(dictionary, nameOf(dictionary.get(key)) ?? 'Identity');
}

const methods: Readonly<Record<string, Method>> = {
  V2: 'rc4',
  AESV2: 'aes',
  AESV3: 'aes-256',
  None: 'none',
};

function namedMethod(dictionary: PdfDictionary, name: string): Method | null {
  if (name === 'Identity') return 'none';
  const filters = dictionary.get('CF');
  const filter = isDictionary(filters) ? filters.get(name) : undefined;
  if (!isDictionary(filter)) return null;
  return methods[nameOf(filter.get('CFM')) ?? 'None'] ?? null;
}

function fileKey(dictionary: PdfDictionary, id: Buffer, password: Buffer): Buffer | null {
  const revision = numberIn(dictionary, 'R');
  if (revision >= 5) return newKey(dictionary, password.subarray(0, 127), revision);
  return userKey(dictionary, id, password) ?? userKey(dictionary, id, userOfOwner(dictionary, password));
}

const paddedTo32 = (password: Buffer): Buffer => Buffer.concat([password, padding]).subarray(0, 32);

/** In bytes; revision 2 has 40 bits whatever the file says. */
function keyBytes(dictionary: PdfDictionary): number {
  if (numberIn(dictionary, 'R') === 2) return 5;
  const bits = numberIn(dictionary, 'Length') || (numberIn(dictionary, 'V') >= 4 ? 128 : 40);
  return Math.min(16, Math.max(5, bits > 16 ? bits >> 3 : bits));
}

function userKey(dictionary: PdfDictionary, id: Buffer, password: Buffer): Buffer | null {
  const revision = numberIn(dictionary, 'R');
  const length = keyBytes(dictionary);
  const permissions = Buffer.alloc(4);
  permissions.writeInt32LE(numberIn(dictionary, 'P') | 0);
  const isPlainMetadata = revision >= 4 && dictionary.get('EncryptMetadata') === false;
  const mark = isPlainMetadata ? Buffer.alloc(4, 0xff) : Buffer.alloc(0);
  const owner = textIn(dictionary, 'O').subarray(0, 32);
  let key = md5(paddedTo32(password), owner, permissions, id, mark);
  if (revision >= 3) for (let round = 0; round < 50; round += 1) key = md5(key.subarray(0, length));
  key = key.subarray(0, length);
  const user = textIn(dictionary, 'U');
  const expected = revision === 2 ? rc4(key, padding) : twenty(key, md5(padding, id));
  const compared = revision === 2 ? 32 : 16;
  return expected.subarray(0, compared).equals(user.subarray(0, compared)) ? key : null;
}

const mixed = (key: Buffer, round: number): Buffer => Buffer.from(key.map((byte) => byte ^ round));

function twenty(key: Buffer, data: Buffer): Buffer {
  let out = data;
  for (let round = 0; round < 20; round += 1) out = rc4(mixed(key, round), out);
  return out;
}

/** The user's password, as the owner's decrypts it. */
function userOfOwner(dictionary: PdfDictionary, password: Buffer): Buffer {
  const revision = numberIn(dictionary, 'R');
  let key = md5(paddedTo32(password));
  if (revision >= 3) for (let round = 0; round < 50; round += 1) key = md5(key);
  key = key.subarray(0, keyBytes(dictionary));
  let user = textIn(dictionary, 'O').subarray(0, 32);
  for (let round = revision === 2 ? 0 : 19; round >= 0; round -= 1) user = rc4(mixed(key, round), user);
  return user;
}

/** Revisions 5 and 6: a hash with one salt proves the password, with another it opens the key. */
function newKey(dictionary: PdfDictionary, password: Buffer, revision: number): Buffer | null {
  const user = textIn(dictionary, 'U').subarray(0, 48);
  const owner = textIn(dictionary, 'O').subarray(0, 48);
  const nothing = Buffer.alloc(0);
  for (const [proof, sealed, more] of [
    [user, textIn(dictionary, 'UE'), nothing],
    [owner, textIn(dictionary, 'OE'), user],
  ] as const) {
    if (proof.length < 48 || sealed.length < 32) continue;
    const sum = (salt: Buffer): Buffer =>
      revision === 5 ? hash('sha256', password, salt, more) : hardened(password, salt, more);
    if (!sum(proof.subarray(32, 40)).equals(proof.subarray(0, 32))) continue;
    const key = createDecipheriv('aes-256-cbc', sum(proof.subarray(40, 48)), Buffer.alloc(16)).setAutoPadding(
      false,
    );
    return key.update(sealed.subarray(0, 32));
  }
  return null;
}

/** Algorithm 2.B: at least 64 rounds, and until the last byte allows the end. */
function hardened(password: Buffer, salt: Buffer, more: Buffer): Buffer {
  let key = hash('sha256', password, salt, more);
  for (let round = 0, last = 0; round < 64 || last > round - 32; round += 1) {
    const once = Buffer.concat([password, key, more]);
    const repeated = Buffer.concat(Array.from({ length: 64 }, () => once));
    const cipher = createCipheriv('aes-128-cbc', key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(
      false,
    );
    const mixedBytes = cipher.update(repeated);
    const remainder = mixedBytes.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = hash(['sha256', 'sha384', 'sha512'][remainder] as string, mixedBytes);
    last = mixedBytes[mixedBytes.length - 1] as number;
  }
  return key.subarray(0, 32);
}

interface Sealed {
  readonly key: Buffer;
  readonly method: Method;
  readonly number: number;
  readonly generation: number;
}

function decrypt(data: Buffer, { key, method, number, generation }: Sealed): Buffer {
  if (method === 'none') return data;
  if (method === 'aes-256') return aes('aes-256-cbc', key, data);
  const ids = Buffer.from([number, number >> 8, number >> 16, generation, generation >> 8]);
  const salt = method === 'aes' ? Buffer.from('sAlT') : Buffer.alloc(0);
  const own = md5(key, ids, salt).subarray(0, Math.min(16, key.length + 5));
  return method === 'aes' ? aes('aes-128-cbc', own, data) : rc4(own, data);
}

function aes(name: string, key: Buffer, data: Buffer): Buffer {
  const whole = data.length - (data.length % 16);
  if (whole < 32) return Buffer.alloc(0);
  const cipher = createDecipheriv(name, key, data.subarray(0, 16)).setAutoPadding(false);
  const plain = cipher.update(data.subarray(16, whole));
  const added = plain[plain.length - 1] ?? 0;
  return added >= 1 && added <= 16 ? plain.subarray(0, plain.length - added) : plain;
}

/** OpenSSL 3 keeps RC4 in a provider that is not loaded. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at);
  let other = 0;
  for (let at = 0; at < 256; at += 1) {
    other = (other + (state[at] as number) + (key[at % key.length] as number)) & 255;
    [state[at], state[other]] = [state[other] as number, state[at] as number];
  }
  const out = Buffer.allocUnsafe(data.length);
  let one = 0;
  other = 0;
  for (let at = 0; at < data.length; at += 1) {
    one = (one + 1) & 255;
    const first = state[one] as number;
    other = (other + first) & 255;
    const second = state[other] as number;
    state[one] = second;
    state[other] = first;
    out[at] = (data[at] as number) ^ (state[(first + second) & 255] as number);
  }
  return out;
}
