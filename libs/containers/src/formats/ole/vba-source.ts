/** What a module's source begins with, in a compressed container: its first chunk's first token sequence. */
const attribute = Buffer.from('\0Attribut', 'latin1');
const chunkBytes = 4096;

/** The source text in a module's stream ([MS-OVBA] 2.4.1), which compiled code may stand in front of; null: none. */
export function vbaSource(module: Buffer, maxBytes: number): Buffer | null {
  const found = module.indexOf(attribute);
  const start = found - 3;
  if (start < 0 || module[start] !== 1) return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for (let at = start + 1; at + 2 <= module.length && length < maxBytes;) {
    const head = module.readUInt16LE(at);
    if (((head >> 12) & 7) !== 3) break;
    const end = Math.min(module.length, at + (head & 0x0fff) + 3);
    const isCompressed = head >> 15 === 1;
    const chunk = isCompressed ? decompressChunk(module, at + 2, end) : module.subarray(at + 2, end);
    chunks.push(chunk);
    length += chunk.length;
    at = end;
  }
  return Buffer.concat(chunks);
}

function decompressChunk(module: Buffer, start: number, end: number): Buffer {
  const out = Buffer.alloc(chunkBytes);
  let length = 0;
  for (let at = start; at < end;) {
    const flags = module[at] as number;
    at += 1;
    for (let bit = 0; bit < 8 && at < end && length < chunkBytes; bit += 1) {
      if ((flags & (1 << bit)) === 0) {
        out[length] = module[at] as number;
        length += 1;
        at += 1;
        continue;
      }
      if (at + 2 > end) return out.subarray(0, length);
      const token = module.readUInt16LE(at);
      at += 2;
      const offsetBits = Math.max(4, Math.ceil(Math.log2(Math.max(1, length))));
      const offset = (token >> (16 - offsetBits)) + 1;
      for (let count = (token & (0xffff >> offsetBits)) + 3; count > 0 && length < chunkBytes; count -= 1) {
        out[length] = out[length - offset] ?? 0;
        length += 1;
      }
    }
  }
  return out.subarray(0, length);
}
