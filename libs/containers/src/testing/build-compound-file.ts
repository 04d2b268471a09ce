/** An OLE file for tests ([MS-CFB], version 3): storages are objects, streams are bytes. */
export interface Storage {
  readonly [name: string]: Buffer | Storage;
}

interface Entry {
  readonly name: string;
  readonly type: 1 | 2 | 5;
  readonly bytes: Buffer;
  child: number;
  right: number;
  start: number;
}

const sectorBytes = 512;
const miniSectorBytes = 64;
const none = 0xffffffff;
const endOfChain = 0xfffffffe;

export function buildCompoundFile(root: Storage, { miniCutoff = 4096 } = {}): Buffer {
  const entries: Entry[] = [
    { name: 'Root Entry', type: 5, bytes: Buffer.alloc(0), child: none, right: none, start: endOfChain },
  ];
  addChildren(entries, 0, root);
  const fat: number[] = [];
  const sectors: Buffer[] = [];
  const store = (bytes: Buffer): number => {
    if (bytes.length === 0) return endOfChain;
    const first = sectors.length;
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      const sector = Buffer.alloc(sectorBytes);
      bytes.copy(sector, 0, at);
      sectors.push(sector);
      fat.push(at + sectorBytes < bytes.length ? sectors.length : endOfChain);
    }
    return first;
  };
  const miniFat: number[] = [];
  const mini: Buffer[] = [];
  for (const entry of entries.filter(({ type }) => type === 2)) {
    if (entry.bytes.length >= miniCutoff) entry.start = store(entry.bytes);
    else {
      entry.start = mini.length;
      for (let at = 0; at < entry.bytes.length; at += miniSectorBytes) {
        const sector = Buffer.alloc(miniSectorBytes);
        entry.bytes.copy(sector, 0, at);
        mini.push(sector);
        miniFat.push(at + miniSectorBytes < entry.bytes.length ? mini.length : endOfChain);
      }
    }
  }
  const miniStream = Buffer.concat(mini);
  const miniStart = store(miniStream);
  const miniFatStart = store(words(miniFat));
  const directory = Buffer.concat(
    entries.map((entry, at) =>
      directoryEntry(entry, at === 0 ? { start: miniStart, size: miniStream.length } : null),
    ),
  );
  const directoryStart = store(directory);
  const fatCount = Math.ceil((fat.length + 8) / (sectorBytes / 4 - 1));
  const fatStart = sectors.length;
  for (let count = 0; count < fatCount; count += 1) fat.push(0xfffffffd);
  const head = Buffer.alloc(sectorBytes, 0xff);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.fill(0, 8, 76);
  head.writeUInt16LE(3, 26);
  head.writeUInt16LE(9, 30);
  head.writeUInt16LE(6, 32);
  head.writeUInt32LE(fatCount, 44);
  head.writeUInt32LE(directoryStart, 48);
  head.writeUInt32LE(miniCutoff, 56);
  head.writeUInt32LE(miniFatStart, 60);
  head.writeUInt32LE(endOfChain, 68);
  for (let at = 0; at < fatCount; at += 1) head.writeUInt32LE(fatStart + at, 76 + at * 4);
  const table = Buffer.alloc(fatCount * sectorBytes, 0xff);
  words(fat).copy(table);
  return Buffer.concat([head, ...sectors, table]);
}

/** Siblings hang at each other's right side: a tree, if not a balanced one. */
function addChildren(entries: Entry[], parent: number, storage: Storage): void {
  let before: Entry | null = null;
  for (const [name, value] of Object.entries(storage)) {
    const isStream = Buffer.isBuffer(value);
    const entry: Entry = {
      name,
      type: isStream ? 2 : 1,
      bytes: isStream ? value : Buffer.alloc(0),
      child: none,
      right: none,
      start: 0,
    };
    const id = entries.push(entry) - 1;
    if (before === null) (entries[parent] as Entry).child = id;
    else before.right = id;
    before = entry;
    if (!isStream) addChildren(entries, id, value);
  }
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32LE(value, at * 4));
  return bytes;
}

function directoryEntry(entry: Entry, root: { start: number; size: number } | null): Buffer {
  const bytes = Buffer.alloc(128);
  const nameBytes = bytes.write(entry.name, 'utf16le');
  bytes.writeUInt16LE(nameBytes + 2, 64);
  bytes.writeUInt8(entry.type, 66);
  bytes.writeUInt32LE(none, 68);
  bytes.writeUInt32LE(entry.right, 72);
  bytes.writeUInt32LE(entry.child, 76);
  bytes.writeUInt32LE(root?.start ?? entry.start, 116);
  bytes.writeUInt32LE(root?.size ?? entry.bytes.length, 120);
  return bytes;
}
