import { bytes, le16, le32, noise, padded, repeated, zeros } from '../layouts/byte-layout.js';

/** The beginning of a Windows program, as far as openers look at it. */
export const programHead = bytes('MZ', Buffer.alloc(58), le32(64), repeated('This is no program. ', 300));

/** A program for Windows without code. */
export function program(
  code: Buffer = noise(142, 64).map((byte) => byte & 0x3f) as Buffer,
  directory14: readonly number[] = [0, 0],
): Buffer {
  const raw = padded(code, Math.ceil(code.length / 512) * 512);
  const optional = bytes(
    le16(0x10b),
    [8, 0],
    le32(raw.length, 0, 0, 0x2000, 0x2000, 0x4000, 0x400000, 0x2000, 0x200),
    le16(4, 0, 0, 0, 4, 0),
    le32(0, 0x2000 + Math.ceil(raw.length / 0x2000) * 0x2000, 0x200, 0),
    le16(3, 0x8540),
    le32(0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
    zeros(14 * 8),
    le32(...directory14),
    zeros(8),
  );
  const head = bytes(
    padded('MZ', 60),
    le32(64),
    'PE\0\0',
    le16(0x14c, 1),
    le32(0, 0, 0),
    le16(optional.length, 0x102),
    optional,
    padded('.text', 8),
    le32(raw.length, 0x2000, raw.length, 0x200, 0, 0, 0, 0x60000020),
  );
  return bytes(padded(head, 0x200), raw);
}

/** The same with the mark of DICOM where programs have nothing that anyone looks at. */
export function markedAsDicom(file: Buffer): Buffer {
  const marked = Buffer.from(file);
  marked.write('DICM', 128, 'latin1');
  return marked;
}

/** A shorter one, of one section and without the head that is optional. */
export const oneSectionProgram = (): Buffer => {
  const head = bytes('PE\0\0', le16(0x14c, 1), zeros(12), le16(96, 0x102), le16(0x10b), zeros(94));
  const section = bytes('.text\0\0\0', le32(512, 4096, 512, 512), zeros(12), le32(0x60000020));
  return bytes(padded(bytes(padded('MZ', 60), le32(64), head, section), 512), noise(19, 512));
};
