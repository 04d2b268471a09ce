import { crc32 } from 'node:zlib';

/** A zip with one entry, not compressed: what a mail client attaches, without needing a tool that may not be there. */
export const storedZip = (name: string, content: Buffer): Buffer =>
  oneEntryZip({ name, content, stored: content, flags: 0 });

export interface OneEntry {
  readonly name: string;
  readonly content: Buffer;
  /** As it stands in the zip. */
  readonly stored: Buffer;
  /** General purpose bits (APPNOTE.TXT 4.4.4). */
  readonly flags: number;
}

export function oneEntryZip({ name, content, stored, flags }: OneEntry): Buffer {
  const label = Buffer.from(name);
  // Version 2.0, stored, 1 January 2020; then checksum and both sizes.
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(flags, 2);
  shared.writeUInt16LE(0x5021, 8);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(stored.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(label.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), shared, label, stored]);
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    Buffer.from([20, 0]),
    shared,
    Buffer.alloc(14), // no comment, first disk, no attributes, at offset 0
    label,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\u0005\u0006'), end]);
}
