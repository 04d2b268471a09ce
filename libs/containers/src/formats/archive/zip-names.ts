const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const utf8Flag = 0x800;
const longestEnd = 65_557;
const maxNames = 20_000;

/**
 * Names in a zip's directory, in the order of their entries' places: the order libarchive reads them in. It gives names
 * in the C locale, a `*` for every character beyond ASCII, which helps nobody who has to find a file called «счёт.exe».
 * Names that are not UTF-8 stay as libarchive gives them.
 */
export class ZipNames {
  private readonly names: readonly string[];

  constructor(bytes: Buffer) {
    this.names = readDirectory(bytes);
  }

  /** The real name of entry number `index`, when it agrees with the name given in all it shows. */
  restore(index: number, given: string): string {
    const name = this.names[index];
    return name !== undefined && masked(name) === given ? name : given;
  }
}

const masked = (name: string): string => name.replace(/[^\x00-\x7f]/gu, '*');

/** Only labels depend on it, so a directory that is not as it should be is just not used. */
function readDirectory(bytes: Buffer): string[] {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < Math.max(0, bytes.length - longestEnd) || end + 22 > bytes.length) return [];
  if (bytes.readUInt32LE(end) !== endOfDirectory) return [];
  const found: { name: string; place: number }[] = [];
  // From the end backwards by its size: what stands before the zip does not matter then.
  let at = end - bytes.readUInt32LE(end + 12);
  while (at >= 0 && at + 46 <= end && bytes.readUInt32LE(at) === directoryEntry && found.length < maxNames) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
      bytes.readUInt16LE(at + offset),
    );
    const raw = bytes.subarray(at + 46, at + 46 + (nameBytes ?? 0));
    const isUtf8 = (bytes.readUInt16LE(at + 8) & utf8Flag) !== 0;
    found.push({ name: isUtf8 ? raw.toString('utf8') : '', place: bytes.readUInt32LE(at + 42) });
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return found.sort((a, b) => a.place - b.place).map(({ name }) => name);
}
