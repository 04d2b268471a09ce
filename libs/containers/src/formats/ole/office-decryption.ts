import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import type { PasswordTries } from '../../passwords/password-tries.js';
import { type AgileInfo, readAgileInfo } from './agile-info.js';

/** [MS-OFFCRYPTO] 2.3.4: what it takes to open an `EncryptedPackage`, with one password. */
interface OfficeLock {
  /** Null: not this password, or its time is over. */
  keyOf(password: string, leftMs: () => number): Buffer | null;
  decrypt(sealed: Buffer, key: Buffer): Buffer;
}

export type Unlocked =
  | { readonly kind: 'opened'; readonly bytes: Buffer }
  /** `unknown`: by a method that is not known here, or that makes a try too costly. */
  | { readonly kind: 'closed'; readonly why: 'no password' | 'unknown' };

const segmentBytes = 4096;

/** The document in an encrypted Office file, under the first password that opens it. */
export function unlockOffice(info: Buffer, sealed: Buffer, passwords: PasswordTries): Unlocked {
  const lock = lockOf(info);
  if (lock === null || sealed.length < 8) return { kind: 'closed', why: 'unknown' };
  const size = Number(sealed.readBigUInt64LE(0));
  for (const password of passwords) {
    const startedMs = performance.now();
    const key = lock.keyOf(password, () => passwords.leftMs - (performance.now() - startedMs));
    if (key === null) continue;
    const bytes = lock.decrypt(sealed.subarray(8), key);
    return { kind: 'opened', bytes: bytes.subarray(0, Math.min(size, bytes.length)) };
  }
  return { kind: 'closed', why: 'no password' };
}

function lockOf(info: Buffer): OfficeLock | null {
  if (info.length < 8) return null;
  const [major, minor] = [info.readUInt16LE(0), info.readUInt16LE(2)];
  if (major === 4 && minor === 4) {
    const agile = readAgileInfo(info.subarray(8).toString('utf8'));
    return agile === null ? null : agileLock(agile);
  }
  return minor === 2 && major >= 2 && major <= 4 ? standardLock(info) : null;
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const hashOf = (name: string, ...pieces: Buffer[]): Buffer => {
  const hash = createHash(name);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};
const sized = (bytes: Buffer, length: number, fill: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), fill)]).subarray(0, length);
const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

const roundsBetweenLooks = 4096;

/** The hash over and over, numbered. Null when the time is over before. */
function spun(name: string, start: Buffer, count: number, leftMs: () => number): Buffer | null {
  let hash = start;
  for (let round = 0; round < count; round += 1) {
    if (round % roundsBetweenLooks === 0 && leftMs() <= 0) return null;
    hash = hashOf(name, uint32(round), hash);
  }
  return hash;
}

/** No padding: sizes are said elsewhere. Bytes behind the last whole block are none of it. */
function decipher(method: string, sealed: Buffer, { key, iv }: { key: Buffer; iv: Buffer | null }): Buffer {
  const decipher_ = createDecipheriv(method, key, iv).setAutoPadding(false);
  return Buffer.concat([
    decipher_.update(sealed.subarray(0, sealed.length - (sealed.length % 16))),
    decipher_.final(),
  ]);
}

/** [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15; what Office 2010 and later write. */
function agileLock(agile: AgileInfo): OfficeLock {
  const { keyData, password: sealedKey } = agile;
  const blockKeys = {
    input: Buffer.from('fea7d2763b4b9e79', 'hex'),
    value: Buffer.from('d7aa0f6d3061344e', 'hex'),
    key: Buffer.from('146e0be7abacd0d6', 'hex'),
  };
  return {
    keyOf: (password, leftMs) => {
      const { hash, salt, spinCount, keyBytes } = sealedKey;
      const start = hashOf(hash, salt, Buffer.from(password, 'utf16le'));
      const last = spun(hash, start, spinCount, leftMs);
      if (last === null) return null;
      const open = (sealed: Buffer, blockKey: Buffer): Buffer =>
        decipher(`aes-${keyBytes * 8}-cbc`, sealed, {
          key: sized(hashOf(hash, last, blockKey), keyBytes, 0x36),
          iv: sized(salt, 16, 0x36),
        });
      const input = open(sealedKey.verifierInput, blockKeys.input).subarray(0, sealedKey.saltBytes);
      const expected = hashOf(hash, input);
      const found = open(sealedKey.verifierValue, blockKeys.value).subarray(0, expected.length);
      return isSame(expected, found)
        ? open(sealedKey.keyValue, blockKeys.key).subarray(0, keyData.keyBytes)
        : null;
    },
    decrypt: (sealed, key) => {
      const pieces: Buffer[] = [];
      for (let at = 0, number = 0; at < sealed.length; at += segmentBytes, number += 1) {
        const iv = sized(hashOf(keyData.hash, keyData.salt, uint32(number)), 16, 0x36);
        const segment = sealed.subarray(at, at + segmentBytes);
        pieces.push(decipher(`aes-${keyData.keyBytes * 8}-cbc`, segment, { key, iv }));
      }
      return Buffer.concat(pieces);
    },
  };
}

const standardSpins = 50_000;
const standardKeyBits = new Set([128, 192, 256]);

/** [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9; what Office 2007 wrote. Null: RC4 through a provider, or cut. */
function standardLock(info: Buffer): OfficeLock | null {
  if (info.length < 12) return null;
  const headerBytes = info.readUInt32LE(8);
  const verifier = 12 + headerBytes;
  if (headerBytes < 32 || verifier + 72 > info.length) return null;
  const algorithm = info.readUInt32LE(12 + 8);
  const keyBits = info.readUInt32LE(12 + 16);
  const isAes = algorithm >= 0x660e && algorithm <= 0x6610 && standardKeyBits.has(keyBits);
  if (!isAes || info.readUInt32LE(verifier) !== 16) return null;
  const salt = info.subarray(verifier + 4, verifier + 20);
  const sealedInput = info.subarray(verifier + 20, verifier + 36);
  const sealedHash = info.subarray(verifier + 40, verifier + 72);
  const method = `aes-${keyBits}-ecb`;
  return {
    keyOf: (password, leftMs) => {
      const start = hashOf('sha1', salt, Buffer.from(password, 'utf16le'));
      const last = spun('sha1', start, standardSpins, leftMs);
      if (last === null) return null;
      const final = hashOf('sha1', last, uint32(0));
      const half = (fill: number): Buffer =>
        hashOf('sha1', Buffer.alloc(64, fill).map((byte, at) => byte ^ (final[at] ?? 0)) as Buffer);
      const key = Buffer.concat([half(0x36), half(0x5c)]).subarray(0, keyBits / 8);
      const input = decipher(method, sealedInput, { key, iv: null });
      const found = decipher(method, sealedHash, { key, iv: null }).subarray(0, 20);
      return isSame(hashOf('sha1', input), found) ? key : null;
    },
    decrypt: (sealed, key) => decipher(method, sealed, { key, iv: null }),
  };
}
