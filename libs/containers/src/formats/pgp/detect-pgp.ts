import type { ContainerDetection } from '../../container-format.js';
import { pgpPackets } from './pgp-packets.js';
import { isSealedMessage } from './sealed-message.js';

export const armor = /^\s{0,64}-----BEGIN PGP (?:MESSAGE(?:, PART [\d/]{1,9})?|ARMORED FILE)-----/;
/** Programs look at the packets, whatever the line says that they are. */
export const otherArmor =
  /^\s{0,64}-----BEGIN PGP (?:PUBLIC|PRIVATE|SECRET) KEY BLOCK-----|^\s{0,64}-----BEGIN PGP SIGNATURE-----/;

const mostPackets = 32;

/**
 * A message that is only packed, signed, or not even that, without armor (RFC 9580, 5.6 and 5.9): data that is compressed
 * in a known way, or literal data with its kind, name and date; signatures and a marker may stand in front.
 */
function isOpenMessage(bytes: Buffer): boolean {
  if (((bytes[0] ?? 0) & 0x80) === 0) return false;
  let count = 0;
  for (const { tag, body } of pgpPackets(bytes)) {
    count += 1;
    if (count > mostPackets) return false;
    if (tag === packet.compressed) return isCompressed(body);
    if (tag === packet.literal) return isLiteral(body);
    const isInFront =
      (tag === packet.marker && body.equals(markerBody)) ||
      (tag === packet.onePass && body.length === 13 && body[0] === 3) ||
      (tag === packet.signature && (body[0] === 3 || body[0] === 4) && body.length > 20);
    if (!isInFront) return false;
  }
  return false;
}

const packet = { signature: 2, onePass: 4, compressed: 8, marker: 10, literal: 11 };
const markerBody = Buffer.from('PGP');

/** Bare deflate, or zlib with its first byte. */
const isCompressed = (body: Buffer): boolean =>
  body.length > 2 && (body[0] === 1 || (body[0] === 2 && body[1] === 0x78));

function isLiteral(body: Buffer): boolean {
  const isKind = ['b', 't', 'u'].includes(String.fromCharCode(body[0] ?? 0));
  const nameBytes = body[1] ?? 255;
  const name = body.toString('latin1', 2, 2 + nameBytes);
  return isKind && nameBytes < 128 && 6 + nameBytes < body.length && !/[\0-\x1f]/.test(name);
}

export const pgpDetection = {
  name: 'pgp',
  nature: 'document',
  detect(bytes) {
    const mime = 'application/pgp-encrypted';
    const head = bytes.toString('latin1', 0, 128);
    if (otherArmor.test(head)) return { mime: 'application/pgp-keys', isCertain: false };
    if (armor.test(head) || isSealedMessage(bytes)) return { mime, isCertain: true };
    return isOpenMessage(bytes) ? { mime, isCertain: false } : null;
  },
} as const satisfies ContainerDetection;
