const maxFrames = 64;

/** The first word behind the skippable frames Zstandard and LZ4 share (RFC 8878, 3.1.2); null: the file ends before. */
export function skipFrames(bytes: Buffer): number | null {
  let at = 0;
  for (let count = 0; count < maxFrames && at + 4 <= bytes.length; count += 1) {
    const magic = bytes.readUInt32LE(at);
    if (magic >>> 4 !== 0x0184d2a5) return magic;
    if (at + 8 > bytes.length) return null;
    at += 8 + bytes.readUInt32LE(at + 4);
  }
  return null;
}
