const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;
const fixedBytes = 10;
/** The second is that of before 1992, which gzip reads to this day. */
const magics = new Set([0x1f8b08, 0x1f9e08]);

/** Where the packed data of a member begins (RFC 1952); null: no member stands here, or not a whole header. */
export function headerEndOf(bytes: Buffer, start: number): number | null {
  if (start + fixedBytes > bytes.length || !magics.has(bytes.readUIntBE(start, 3))) return null;
  const flags = bytes[start + 3] ?? 0;
  let at = start + fixedBytes;
  if (flags & flag.extra) {
    if (at + 2 > bytes.length) return null;
    at += 2 + bytes.readUInt16LE(at);
  }
  for (const text of [flag.name, flag.comment]) {
    if ((flags & text) === 0) continue;
    const nul = bytes.indexOf(0, at);
    if (nul < 0) return null;
    at = nul + 1;
  }
  if (flags & flag.headerCrc) at += 2;
  return at <= bytes.length ? at : null;
}
