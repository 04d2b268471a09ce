export interface PgpPacket {
  readonly tag: number;
  readonly body: Buffer;
  readonly isCut: boolean;
  /** Where it ends, as it says. */
  readonly next: number;
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
      next: read.next,
    };
    at = read.next;
  }
}

/** Length null: it goes to the end, or comes in pieces. Null: no packet. */
export interface PacketHead {
  readonly tag: number;
  readonly start: number;
  readonly length: number | null;
}

/** Of one packet, its body left alone. */
export function packetHead(bytes: Buffer, at: number): PacketHead | null {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return null;
  const isNew = (first & 0x40) !== 0;
  const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
  const [kind, length] = [first & 3, bytes[at + 1] ?? 0];
  const isInPieces = isNew ? length >= 224 && length < 255 : kind === 3;
  if (isInPieces) return { tag, start: at + (isNew ? 2 : 1), length: null };
  const lengthBytes = isNew ? (length < 192 ? 1 : length < 224 ? 2 : 5) : 1 << kind;
  const start = at + 1 + lengthBytes;
  if (start > bytes.length) return null;
  if (!isNew) return { tag, start, length: bytes.readUIntBE(at + 1, lengthBytes) };
  const long =
    lengthBytes === 5 ? bytes.readUInt32BE(at + 2) : ((length - 192) << 8) + (bytes[at + 2] ?? 0) + 192;
  return { tag, start, length: lengthBytes === 1 ? length : long };
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
