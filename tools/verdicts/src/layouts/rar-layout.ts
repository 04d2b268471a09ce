import { crc32 } from 'node:zlib';
import { type Piece, bytes, le16, le32, noise, zeros } from './byte-layout.js';

const shortChecksum = (block: Buffer): Buffer => le16(crc32(block) & 0xffff);

export interface Rar4Options {
  readonly name?: string;
  readonly fileFlags?: number;
  readonly mainFlags?: number;
  readonly method?: number;
  readonly stored?: Buffer;
}

/** RAR 4 with one stored file, by hand: what writes RAR is not free software. */
export function rar4(content: Buffer, options: Rar4Options = {}): Buffer {
  const { name = 'eicar.com', fileFlags = 0, mainFlags = 0, method = 0x30, stored = content } = options;
  const main = bytes([0x73], le16(mainFlags, 13), zeros(6));
  const file = bytes(
    [0x74],
    le16(0x8000 | fileFlags, 32 + name.length),
    le32(stored.length, content.length),
    [2],
    le32(crc32(content), 0x5a210000),
    [29, method],
    le16(name.length),
    le32(0x20),
    name,
  );
  const end = bytes([0x7b], le16(0x4000, 7));
  const blocks = [shortChecksum(main), main, shortChecksum(file), file, stored, shortChecksum(end), end];
  return bytes('Rar!\x1a\x07\0', ...blocks);
}

export const rar4EncryptedHeaders = (): Buffer => {
  const main = bytes([0x73], le16(0x80, 13), zeros(6));
  return bytes('Rar!\x1a\x07\0', shortChecksum(main), main, noise(6, 400));
};

/** RAR 5's numbers: seven bits a byte, lowest first. */
export function vint(value: number): Buffer {
  const out: number[] = [];
  for (let left = value; ; left >>>= 7) {
    out.push((left & 127) | (left > 127 ? 128 : 0));
    if (left <= 127) return Buffer.from(out);
  }
}

/** One of RAR 5, behind its checksum. */
export function rar5Block(body: Buffer): Buffer {
  const header = bytes(vint(body.length), body);
  return bytes(le32(crc32(header)), header);
}

export const rar5Signature = 'Rar!\x1a\x07\x01\0';

export interface Rar5Options {
  readonly name?: string;
  readonly method?: number;
  readonly extra?: Piece;
  readonly stored?: Buffer;
}

export function rar5(content: Buffer, options: Rar5Options = {}): Buffer {
  const { name = 'eicar.com', method = 0, stored = content } = options;
  const extra = bytes(options.extra ?? '');
  const hasExtra = extra.length > 0;
  const file = bytes(
    ...[vint(2), vint(hasExtra ? 3 : 2), hasExtra ? vint(extra.length) : '', vint(stored.length)],
    ...[vint(4), vint(content.length), vint(0x20), le32(crc32(content)), vint(method << 7), vint(1)],
    ...[vint(name.length), name, extra],
  );
  const main = rar5Block(bytes(vint(1), vint(0), vint(0)));
  return bytes(rar5Signature, main, rar5Block(file), stored, rar5Block(bytes(vint(5), vint(0), vint(0))));
}

/** The record of a file's header that says how it is encrypted. */
export const rar5EncryptionRecord = (): Buffer => {
  const record = bytes(vint(1), vint(0), vint(0), [0x0f], '\x22'.repeat(32));
  return bytes(vint(record.length), record);
};

export const rar5EncryptedHeaders = (): Buffer =>
  bytes(
    rar5Signature,
    rar5Block(bytes(vint(4), vint(0), vint(0), vint(0), [0x0f], '\x11'.repeat(16))),
    noise(4, 300),
  );

/** A file or a service of RAR 5, with flags and records of its own. */
export const rar5Data = (type: number, flags: number, name: string, content: Buffer, extra: Buffer): Buffer =>
  bytes(
    rar5Block(
      bytes(
        ...[
          vint(type),
          vint(flags),
          ...(extra.length > 0 ? [vint(extra.length)] : []),
          vint(content.length),
          vint(4),
        ],
        ...[
          vint(content.length),
          vint(0x20),
          le32(crc32(content)),
          vint(0),
          vint(0),
          vint(name.length),
          name,
          extra,
        ],
      ),
    ),
    content,
  );

/** The same of RAR 4. */
export const rar4Data = (type: number, flags: number, name: string, content: Buffer, more: Piece): Buffer => {
  const block = bytes(
    [type],
    le16(0x8000 | flags, 32 + name.length + bytes(more).length),
    le32(content.length, content.length),
    [2],
    le32(crc32(content), 0x5a210000),
    [29, 0x30],
    le16(name.length),
    le32(0x20),
    name,
    more,
  );
  return bytes(shortChecksum(block), block, content);
};
