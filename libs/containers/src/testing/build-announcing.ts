import { deflateSync } from 'node:zlib';

const headersBytes = 1024;
const peAt = 64;
const optionalBytes = 0xe0;
const sectionBytes = 0x1000;
const imageBase = 0x40_0000;

/**
 * A Windows program as UPX packs it (PE format, Microsoft): an empty section that becomes `unpackedBytes` less the size of
 * the packed one behind it. There is nothing in it to unpack.
 */
export function buildPackedProgram(unpackedBytes: number): Buffer {
  const file = Buffer.alloc(headersBytes + sectionBytes);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(peAt, 0x3c);
  file.write('PE\0\0', peAt, 'latin1');
  const header = peAt + 4;
  file.writeUInt16LE(0x14c, header);
  file.writeUInt16LE(2, header + 2);
  file.writeUInt16LE(optionalBytes, header + 16);
  file.writeUInt16LE(0x103, header + 18);
  const optional = header + 20;
  const emptyBytes = unpackedBytes - sectionBytes;
  const packedAt = 0x1000 + Math.ceil(emptyBytes / 0x1000) * 0x1000;
  file.writeUInt16LE(0x10b, optional);
  file.writeUInt32LE(packedAt, optional + 16);
  file.writeUInt32LE(imageBase, optional + 28);
  file.writeUInt32LE(0x1000, optional + 32);
  file.writeUInt32LE(0x200, optional + 36);
  file.writeUInt16LE(4, optional + 48);
  file.writeUInt32LE(packedAt + sectionBytes, optional + 56);
  file.writeUInt32LE(headersBytes, optional + 60);
  file.writeUInt16LE(3, optional + 68);
  file.writeUInt32LE(16, optional + 92);
  const sections = [
    { name: 'UPX0', virtualBytes: emptyBytes, at: 0x1000, rawBytes: 0 },
    { name: 'UPX1', virtualBytes: sectionBytes, at: packedAt, rawBytes: sectionBytes },
  ];
  for (const [index, section] of sections.entries()) {
    const at = optional + optionalBytes + index * 40;
    file.write(section.name, at, 'latin1');
    file.writeUInt32LE(section.virtualBytes, at + 8);
    file.writeUInt32LE(section.at, at + 12);
    file.writeUInt32LE(section.rawBytes, at + 16);
    file.writeUInt32LE(headersBytes, at + 20);
    file.writeUInt32LE(0xe000_0040, at + 36);
  }
  return file;
}

/** A xar (xar.h of the xar project) whose table of contents is said to have so many bytes. */
export function buildAnnouncingXar(tableBytes: bigint): Buffer {
  const table = deflateSync('<?xml version="1.0" encoding="UTF-8"?><xar><toc></toc></xar>');
  const header = Buffer.alloc(28);
  header.write('xar!', 0, 'latin1');
  header.writeUInt16BE(28, 4);
  header.writeUInt16BE(1, 6);
  header.writeBigUInt64BE(BigInt(table.length), 8);
  header.writeBigUInt64BE(tableBytes, 16);
  return Buffer.concat([header, table]);
}
