import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { findExtra } from './zip-records.js';

/** The extra field of AES entries (WinZip's AES specification, AE-1 and AE-2). */
export interface AesField {
  readonly keyBytes: 16 | 24 | 32;
  /** The method under the encryption. */
  readonly method: number;
}

export const aesMethod = 99;

export function readAesField(extra: Buffer): AesField | null {
  const field = findExtra(extra, 0x9901);
  if (field === null || field.length < 7) return null;
  const keyBytes = ([16, 24, 32] as const)[(field[4] ?? 0) - 1];
  return keyBytes === undefined ? null : { keyBytes, method: field.readUInt16LE(5) };
}

const verifierBytes = 2;
const macBytes = 10;

/** Salt, two bytes that tell a wrong password, the data, and its HMAC. Null: not this password, or changed data. */
export function decryptAes(data: Buffer, password: string, { keyBytes }: AesField): Buffer | null {
  const saltBytes = keyBytes / 2;
  if (data.length < saltBytes + verifierBytes + macBytes) return null;
  const derived = pbkdf2Sync(
    password,
    data.subarray(0, saltBytes),
    1000,
    2 * keyBytes + verifierBytes,
    'sha1',
  );
  const verifier = derived.subarray(2 * keyBytes);
  if (!verifier.equals(data.subarray(saltBytes, saltBytes + verifierBytes))) return null;
  const sealed = data.subarray(saltBytes + verifierBytes, data.length - macBytes);
  const mac = createHmac('sha1', derived.subarray(keyBytes, 2 * keyBytes))
    .update(sealed)
    .digest();
  if (!mac.subarray(0, macBytes).equals(data.subarray(-macBytes))) return null;
  return xorCounter(sealed, derived.subarray(0, keyBytes));
}

/** Counter mode with a little-endian counter from 1, which OpenSSL doesn't have: the counters are encrypted as blocks. */
function xorCounter(sealed: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb` as 'aes-128-ecb', key, null).setAutoPadding(
    false,
  );
  const counters = Buffer.alloc(Math.ceil(sealed.length / 16) * 16);
  for (let block = 0; block * 16 < counters.length; block += 1) counters.writeUInt32LE(block + 1, block * 16);
  const stream = cipher.update(counters);
  for (let at = 0; at < sealed.length; at += 1) stream[at] = (stream[at] ?? 0) ^ (sealed[at] ?? 0);
  return stream.subarray(0, sealed.length);
}

const headerBytes = 12;

/**
 * Traditional encryption (APPNOTE.TXT 6.1). `check` is the last byte of the decrypted header: it lets one wrong
 * password of 256 pass, so the data's own checksum has to follow.
 */
export function decryptTraditional(data: Buffer, password: string, check: number): Buffer | null {
  if (data.length < headerBytes) return null;
  const cipher = new TraditionalCipher(Buffer.from(password, 'utf8'));
  const header = cipher.decrypt(data.subarray(0, headerBytes));
  return header[headerBytes - 1] === check ? cipher.decrypt(data.subarray(headerBytes)) : null;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
  let crc = value;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
const crcStep = (crc: number, byte: number): number => (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);

class TraditionalCipher {
  private key0 = 0x12345678;
  private key1 = 0x23456789;
  private key2 = 0x34567890;

  constructor(password: Buffer) {
    for (const byte of password) this.take(byte);
  }

  decrypt(data: Buffer): Buffer {
    const plain = Buffer.alloc(data.length);
    for (let at = 0; at < data.length; at += 1) {
      const mask = (this.key2 & 0xffff) | 2;
      const byte = (data[at] ?? 0) ^ ((Math.imul(mask, mask ^ 1) >>> 8) & 0xff);
      plain[at] = byte;
      this.take(byte);
    }
    return plain;
  }

  private take(byte: number): void {
    this.key0 = crcStep(this.key0, byte);
    this.key1 = (Math.imul(this.key1 + (this.key0 & 0xff), 134775813) + 1) | 0;
    this.key2 = crcStep(this.key2, this.key1 >>> 24);
  }
}
