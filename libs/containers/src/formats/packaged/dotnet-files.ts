import { hasAt } from '../../magic.js';
import { type PackagedFile, mostPackaged } from './packaged-file.js';

const sectionBytes = 40;
const cliDirectory = 14;
const resourcesAt = 24;
const leastResource = 24;

/** Resources of a program of .NET (ECMA-335, II.24.2.4): one behind the other, each with its length in front. */
export function dotnetResources(bytes: Buffer): PackagedFile[] {
  const program = headOf(bytes);
  if (program === null) return [];
  const cli = program.placeOf(program.directory(cliDirectory));
  if (cli === null || cli + resourcesAt + 8 > bytes.length || bytes.readUInt32LE(cli) !== 72) return [];
  const start = program.placeOf(bytes.readUInt32LE(cli + resourcesAt));
  if (start === null) return [];
  const end = Math.min(bytes.length, start + bytes.readUInt32LE(cli + resourcesAt + 4));
  const found: PackagedFile[] = [];
  for (let at = start; at + 4 <= end && found.length < mostPackaged;) {
    const length = bytes.readUInt32LE(at);
    const content = bytes.subarray(at + 4, Math.min(end, at + 4 + length));
    if (content.length >= leastResource) found.push({ name: `resource ${found.length + 1}`, bytes: content });
    // The next one begins at a multiple of eight.
    at = start + Math.ceil((at + 4 + length - start) / 8) * 8;
  }
  return found;
}

interface ProgramHead {
  directory(index: number): number;
  /** Of an address in memory, in the file. */
  placeOf(address: number): number | null;
}

function headOf(bytes: Buffer): ProgramHead | null {
  const head = bytes.length < 64 ? bytes.length : bytes.readUInt32LE(60);
  if (head + 26 > bytes.length || !hasAt(bytes, head, 'PE\0\0')) return null;
  const [count, optionalBytes] = [bytes.readUInt16LE(head + 6), bytes.readUInt16LE(head + 20)];
  const sections = head + 24 + optionalBytes;
  const directories = head + 24 + (bytes.readUInt16LE(head + 24) === 0x20b ? 112 : 96);
  if (sections + count * sectionBytes > bytes.length) return null;
  return {
    directory: (index) => {
      const at = directories + index * 8;
      return at + 8 <= sections ? bytes.readUInt32LE(at) : 0;
    },
    placeOf(address) {
      if (address === 0) return null;
      for (let at = sections; at < sections + count * sectionBytes; at += sectionBytes) {
        const [virtual, size, raw] = [12, 16, 20].map((place) => bytes.readUInt32LE(at + place)) as [
          number,
          number,
          number,
        ];
        if (address >= virtual && address < virtual + size) return raw + address - virtual;
      }
      return null;
    },
  };
}

/** What a host of .NET looks for in itself; the place of the list stands in front. */
const bundleMark = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');

/** A program of .NET and all that it needs in one file: version, count, a name, places, then where each file is. */
export function bundledFiles(bytes: Buffer): PackagedFile[] {
  const mark = bytes.indexOf(bundleMark);
  const list = mark < 8 ? 0 : Number(bytes.readBigUInt64LE(mark - 8));
  if (list <= 0 || list + 13 > bytes.length) return [];
  const version = bytes.readUInt32LE(list);
  const [count, nameBytes] = [bytes.readInt32LE(list + 8), bytes[list + 12] ?? 0];
  let at = list + 13 + nameBytes + (version >= 2 ? 40 : 0);
  const found: PackagedFile[] = [];
  const sizes = version >= 6 ? 24 : 16;
  for (let index = 0; index < Math.min(count, mostPackaged) && at + sizes + 2 <= bytes.length; index += 1) {
    const [offset, size] = [0, 8].map((place) => Number(bytes.readBigUInt64LE(at + place))) as [
      number,
      number,
    ];
    const packed = version >= 6 ? Number(bytes.readBigUInt64LE(at + 16)) : 0;
    const pathBytes = bytes[at + sizes + 1] ?? 0;
    const name = bytes.toString('utf8', at + sizes + 2, at + sizes + 2 + pathBytes);
    const content = bytes.subarray(offset, offset + (packed === 0 ? size : packed));
    if (content.length > 0) found.push({ name, bytes: content, packing: packed === 0 ? undefined : 'raw' });
    at += sizes + 2 + pathBytes;
  }
  return found;
}
