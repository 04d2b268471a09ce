import { type Piece, be16, be32, bytes, le16, le32, padded, zeros } from '../layouts/byte-layout.js';

const both16 = (value: number): Buffer => bytes(le16(value), be16(value));
export const both32 = (value: number): Buffer => bytes(le32(value), be32(value));

/** An entry of a folder (ECMA-119, 9.1). */
export function isoRecord(name: Piece, sector: number, size: number, flags: number): Buffer {
  const text = bytes(name);
  const body = bytes(
    [0],
    both32(sector),
    both32(size),
    [120, 1, 1, 0, 0, 0, 0, flags, 0, 0],
    both16(1),
    [text.length],
    text,
    text.length % 2 === 0 ? [0] : '',
  );
  return bytes([body.length + 1], body);
}

/** Sectors from 18 on: the table of paths, the root, then as given. */
export function iso(root: readonly Buffer[], paths: Buffer, sectors: readonly Buffer[]): Buffer {
  const self = (name: string, sector: number): Buffer => isoRecord(name, sector, 2048, 2);
  const volume = bytes(
    '\x01CD001\x01\0',
    ' '.repeat(32),
    padded('DISC', 32, 32),
    zeros(8),
    both32(19 + 1 + sectors.length),
    zeros(32),
    both16(1),
    both16(1),
    both16(2048),
    both32(paths.length),
    le32(18, 0),
    be32(0, 0),
    self('\0', 19),
    ' '.repeat(623),
    '0'.repeat(68),
    [1, 0],
  );
  return bytes(
    zeros(16 * 2048),
    padded(volume, 2048),
    padded('\xffCD001\x01', 2048),
    padded(paths, 2048),
    padded(bytes(self('\0', 19), self('\x01', 19), ...root), 2048),
    ...sectors.map((sector) => padded(sector, 2048)),
    zeros(4096),
  );
}

/** An entry of the table of paths (ECMA-119, 9.4). */
export const isoPath = (name: string, sector: number, parent: number): Buffer =>
  bytes([name.length, 0], le32(sector), le16(parent), name, name.length % 2 === 1 ? [0] : '');
