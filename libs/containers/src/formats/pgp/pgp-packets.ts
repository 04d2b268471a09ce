export interface PgpPacket {
  readonly tag: number;
  readonly body: Buffer;
  readonly isCut: boolean;
}

/** Packets of OpenPGP (RFC 9580 §4) in order, until something stands there that is none. */
export function* pgpPackets(bytes: Buffer): Generator<PgpPacket> {
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] as number;
    if ((first & 0x80) === 0) return;
    const isNew = (first & 0x40) !== 0;
    const read = isNew ? newBody(bytes, at + 1) : oldBody(bytes, at + 1, first & 3);
    if (read === null) return;
    yield {
      tag: isNew ? first & 0x3f : (first >> 2) & 0x0f,
      body: read.body,
      isCut: read.next > bytes.length,
    };
    at = read.next;
  }
}

interface Body {
  readonly body: Buffer;
  /** Beyond the bytes: the packet is cut. */
  readonly next: number;
}

const whole = (bytes: Buffer, start: number, length: number): Body => ({
  body: bytes.subarray(start, start + length),
  next: start + length,
});

function oldBody(bytes: Buffer, at: number, lengthType: number): Body | null {
  if (lengthType === 3) return whole(bytes, at, Math.max(0, bytes.length - at));
  const lengthBytes = 1 << lengthType;
  if (at + lengthBytes > bytes.length) return null;
  return whole(bytes, at + lengthBytes, bytes.readUIntBE(at, lengthBytes));
}

/** In pieces, each with its length, where the first byte is 224 to 254. */
function newBody(bytes: Buffer, start: number): Body | null {
  const pieces: Buffer[] = [];
  for (let at = start; at < bytes.length;) {
    const first = bytes[at] as number;
    if (first < 224 || first === 255) {
      const last = lastPiece(bytes, at, first);
      return last === null ? null : { body: Buffer.concat([...pieces, last.body]), next: last.next };
    }
    const length = 1 << (first & 0x1f);
    if (length < 0) return null;
    pieces.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return pieces.length === 0 ? null : { body: Buffer.concat(pieces), next: bytes.length + 1 };
}

function lastPiece(bytes: Buffer, at: number, first: number): Body | null {
  if (first < 192) return whole(bytes, at + 1, first);
  if (first < 224) return whole(bytes, at + 2, ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192);
  return at + 5 > bytes.length ? null : whole(bytes, at + 5, bytes.readUInt32BE(at + 1));
}
