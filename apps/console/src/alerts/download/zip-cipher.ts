import { crc32 } from 'node:zlib';

/**
 * The traditional encryption of ZIP (APPNOTE 6.1). It keeps no one out; it keeps a scanner on an operator's machine
 * from removing the file on the way, and every common tool opens it.
 */
export class ZipCipher {
  private key0 = 0x12345678;
  private key1 = 0x23456789;
  private key2 = 0x34567890;

  constructor(password: string) {
    for (const byte of Buffer.from(password, 'latin1')) this.update(byte);
  }

  /** In place: the bytes that go in come out encrypted. */
  encrypt(bytes: Buffer): Buffer {
    for (let index = 0; index < bytes.length; index += 1) {
      const plain = bytes[index] ?? 0;
      const temporary = (this.key2 | 2) & 0xffff;
      bytes[index] = plain ^ ((Math.imul(temporary, temporary ^ 1) >>> 8) & 0xff);
      this.update(plain);
    }
    return bytes;
  }

  private update(byte: number): void {
    this.key0 = step(this.key0, byte);
    this.key1 = (Math.imul((this.key1 + (this.key0 & 0xff)) >>> 0, 134_775_813) + 1) >>> 0;
    this.key2 = step(this.key2, this.key1 >>> 24);
  }
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => tableEntry(byte));

function tableEntry(byte: number): number {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
}

const step = (crc: number, byte: number): number => ((crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)) >>> 0;

export const checksum = (bytes: Buffer, before = 0): number => crc32(bytes, before);
