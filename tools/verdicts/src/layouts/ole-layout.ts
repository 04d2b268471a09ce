import { type Piece, bytes, fromHex, le16, le32, padded, utf16, zeros } from './byte-layout.js';

/** A folder of a compound file ([MS-CFB]): streams are bytes, folders are lists. */
export type OleTree = readonly (readonly [name: string, content: Piece | { readonly folder: OleTree }])[];

const sectorBytes = 512;
const miniSectorBytes = 64;
const miniCutoff = 4096;
const [endOfChain, freeSector, fatSector, noEntry] = [0xfffffffe, 0xffffffff, 0xfffffffd, 0xffffffff];

interface Entry {
  readonly name: string;
  readonly type: 1 | 2 | 5;
  readonly content: Buffer;
  child: number;
  right: number;
  start: number;
}

/** A compound file as an office program would write it: small streams in the mini stream, directory as lists. */
export function oleOf(tree: OleTree): Buffer {
  const entries: Entry[] = [entryOf('Root Entry', 5, '')];
  addFolder(entries, 0, tree);
  const mini = new Chains();
  for (const entry of entries)
    if (entry.type === 2) entry.start = isMini(entry) ? mini.add(entry.content, miniSectorBytes) : endOfChain;
  const main = new Chains();
  const miniStream = bytes(...mini.sectors);
  for (const entry of entries)
    if (entry.type === 2 && !isMini(entry)) entry.start = main.add(entry.content, sectorBytes);
  const root = entries[0];
  if (root !== undefined) root.start = main.add(miniStream, sectorBytes);
  const miniFat = le32(...mini.next);
  const miniFatStart = main.add(miniFat, sectorBytes, freeSector);
  const directoryStart = main.add(
    bytes(
      ...entries.map((entry, index) =>
        directoryRecord(entry, index === 0 ? miniStream.length : entry.content.length),
      ),
    ),
    sectorBytes,
  );
  return assemble(main, {
    directoryStart,
    miniFatStart,
    miniFatSectors: Math.ceil(miniFat.length / sectorBytes),
  });
}

const isMini = ({ content }: Entry): boolean => content.length < miniCutoff;

const entryOf = (name: string, type: Entry['type'], content: Piece): Entry => ({
  name,
  type,
  content: bytes(content),
  child: noEntry,
  right: noEntry,
  start: type === 2 ? endOfChain : 0,
});

/** Siblings hang one behind the other: a tree of the poorest kind, but one. */
function addFolder(entries: Entry[], parent: number, tree: OleTree): void {
  let before: Entry | null = null;
  const sorted = [...tree].sort(
    ([one], [other]) => one.length - other.length || (one.toUpperCase() < other.toUpperCase() ? -1 : 1),
  );
  for (const [name, content] of sorted) {
    const isFolder = typeof content === 'object' && 'folder' in content;
    const entry = entryOf(name, isFolder ? 1 : 2, isFolder ? '' : content);
    const index = entries.push(entry) - 1;
    const parentEntry = entries[parent];
    if (before === null && parentEntry !== undefined) parentEntry.child = index;
    if (before !== null) before.right = index;
    before = entry;
    if (isFolder) addFolder(entries, index, content.folder);
  }
}

class Chains {
  readonly sectors: Buffer[] = [];
  readonly next: number[] = [];

  /** The number of the first sector. */
  add(content: Buffer, size: number, fill = 0): number {
    if (content.length === 0) return endOfChain;
    const count = Math.ceil(content.length / size);
    const start = this.sectors.length;
    const whole = padded(content, count * size, fill & 0xff);
    for (let index = 0; index < count; index += 1) {
      this.sectors.push(whole.subarray(index * size, (index + 1) * size));
      this.next.push(index + 1 < count ? start + index + 1 : endOfChain);
    }
    return start;
  }
}

function directoryRecord(entry: Entry, size: number): Buffer {
  const name = utf16(`${entry.name}\0`);
  return bytes(
    padded(name, 64),
    le16(name.length),
    [entry.type, 1],
    le32(noEntry, entry.right, entry.child),
    zeros(16 + 4 + 16),
    le32(entry.start, size, 0),
  );
}

interface Places {
  readonly directoryStart: number;
  readonly miniFatStart: number;
  readonly miniFatSectors: number;
}

function assemble(main: Chains, { directoryStart, miniFatStart, miniFatSectors }: Places): Buffer {
  const perSector = sectorBytes / 4;
  let fatSectors = 1;
  while (fatSectors * perSector < main.next.length + fatSectors) fatSectors += 1;
  if (fatSectors > 109) throw new Error('more than the header has room for');
  const first = main.sectors.length;
  const fat = padded(
    bytes(le32(...main.next), le32(...Array.from({ length: fatSectors }, () => fatSector))),
    fatSectors * sectorBytes,
    0xff,
  );
  const header = bytes(
    fromHex('d0cf11e0a1b11ae1'),
    zeros(16),
    le16(0x3e, 3, 0xfffe, 9, 6),
    zeros(10),
    le32(fatSectors, directoryStart, 0, miniCutoff, miniFatStart, miniFatSectors, endOfChain, 0),
    le32(...Array.from({ length: 109 }, (_, index) => (index < fatSectors ? first + index : freeSector))),
  );
  return bytes(header, ...main.sectors, fat);
}

/** A file as an embedded "Package" ([MS-OLEDS] 2.3.6 and what writers put there). */
export function ole10Native(content: Buffer, name = 'eicar.com'): Buffer {
  const body = bytes(
    le16(2),
    `${name}\0C:\\${name}\0`,
    le16(0, 3),
    le32(name.length + 4),
    `C:\\${name}\0`,
    le32(content.length),
    content,
    '\0\0',
  );
  return bytes(le32(body.length), body);
}
