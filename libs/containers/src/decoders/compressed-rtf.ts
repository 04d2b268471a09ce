/** What the dictionary of compressed RTF holds at the beginning ([MS-OXRTFCP] 2.1.2.1). */
const preset =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx';
const dictionaryBytes = 4096;
const headBytes = 16;
const compressed = 0x75465a4c;
const uncompressed = 0x414c454d;

/** At most 17 bytes come out for two that go in. */
const maxGrowth = 9;

/** The RTF body of an Outlook message, at most `maxBytes` of it; null when it is none. */
export function decompressRtf(bytes: Buffer, maxBytes: number): Buffer | null {
  if (bytes.length < headBytes) return null;
  const kind = bytes.readUInt32LE(8);
  if (kind === uncompressed) return bytes.subarray(headBytes);
  if (kind !== compressed) return null;
  const dictionary = Buffer.alloc(dictionaryBytes, 0x20);
  let write = dictionary.write(preset, 'latin1');
  const out = Buffer.allocUnsafe(Math.min(bytes.length * maxGrowth, maxBytes));
  let length = 0;
  const put = (byte: number): void => {
    if (length < out.length) out[length] = byte;
    length += 1;
    dictionary[write] = byte;
    write = (write + 1) % dictionaryBytes;
  };
  for (let at = headBytes; at < bytes.length;) {
    const flags = bytes[at] as number;
    at += 1;
    for (let bit = 0; bit < 8 && at < bytes.length; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        put(bytes[at] as number);
        at += 1;
        continue;
      }
      if (at + 2 > bytes.length) return out.subarray(0, length);
      const reference = bytes.readUInt16BE(at);
      at += 2;
      const from = reference >> 4;
      if (from === write) return out.subarray(0, length);
      for (let count = 0; count < (reference & 15) + 2; count += 1)
        put(dictionary[(from + count) % dictionaryBytes] as number);
    }
  }
  return out.subarray(0, length);
}
