import type { ContainerDetection } from '../../container-format.js';
import { pgpPackets } from './pgp-packets.js';
import { isSealedMessage } from './sealed-message.js';

export const armor = /^\s{0,64}-----BEGIN PGP (?:MESSAGE(?:, PART [\d/]{1,9})?|ARMORED FILE)-----/;
/** Programs look at the packets, whatever the line says that they are. */
export const otherArmor =
  /^\s{0,64}-----BEGIN PGP (?:PUBLIC|PRIVATE|SECRET) KEY BLOCK-----|^\s{0,64}-----BEGIN PGP SIGNATURE-----/;

/** One in the other. */
const maxDepth = 4;

/**
 * A message that is only packed, signed, or not even that, without armor (RFC 9580, 5.6 and 5.9): data that is compressed
 * in a known way, or literal data with its kind, name and date. In front may stand what programs pass over.
 */
function isOpenMessage(bytes: Buffer, depth = 0): boolean {
  if (((bytes[0] ?? 0) & 0x80) === 0) return false;
  for (const { tag, body, isCut } of pgpPackets(bytes)) {
    if (tag === packet.compressed) return isCompressed(body, depth);
    if (tag === packet.literal) return isLiteral(body) || (!isCut && isNothingElse(bytes));
    const isInFront = passedOver.has(tag) || (tag === packet.marker && body.equals(markerBody));
    if (!isInFront) return false;
  }
  return false;
}

const packet = { compressed: 8, marker: 10, literal: 11 };
/** Signatures and what announces them, broken ones, too; trust, comments of old and new, padding, and what is anyone's own. */
const passedOver = new Set([2, 4, 12, 16, 21, 60, 61, 62, 63]);
const markerBody = Buffer.from('PGP');

function isCompressed(body: Buffer, depth: number): boolean {
  const [method, first = 0, second = 0] = body;
  if (method === 0) return depth < maxDepth && isOpenMessage(body.subarray(1), depth + 1);
  // Zlib's first two bytes: a window, a level, and what makes a multiple of 31 of both (RFC 1950, 2.2).
  const isZlib = (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
  return body.length > 2 && (method === 1 || (method === 2 && isZlib));
}

function isLiteral(body: Buffer): boolean {
  const isKind = ['b', 't', 'u'].includes(String.fromCharCode(body[0] ?? 0));
  const nameBytes = body[1] ?? 255;
  const name = body.toString('latin1', 2, 2 + nameBytes);
  return isKind && nameBytes < 128 && 6 + nameBytes < body.length && !/[\0-\x1f]/.test(name);
}

/** Literal data of any kind and name: packets to the very end, none of which is unknown. */
function isNothingElse(bytes: Buffer): boolean {
  let end = 0;
  for (const { tag, body, isCut, next } of pgpPackets(bytes)) {
    const isKnown =
      tag === packet.marker || passedOver.has(tag) || (tag === packet.literal && body.length > 6);
    if (!isKnown || isCut) return false;
    end = next;
  }
  return end === bytes.length;
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
