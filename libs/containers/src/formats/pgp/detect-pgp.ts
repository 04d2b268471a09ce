import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';
import { packetHead, pgpPackets } from './pgp-packets.js';
import { isSealedMessage } from './sealed-message.js';

export const armor = /^\s{0,64}-----BEGIN PGP (?:MESSAGE(?:, PART [\d/]{1,9})?|ARMORED FILE)-----/;
/** Programs look at the packets, whatever the line says that they are. */
export const otherArmor =
  /^\s{0,64}-----BEGIN PGP (?:PUBLIC|PRIVATE|SECRET) KEY BLOCK-----|^\s{0,64}-----BEGIN PGP SIGNATURE-----/;

/** One in the other. */
const maxDepth = 4;
/** Nothing but an attack on who looks has more of them in front: what is there says the opening. */
const mostInFront = 10_000;

/**
 * A message that is only packed, signed, or not even that, without armor (RFC 9580, 5.6 and 5.9): data that is compressed
 * in a known way, or literal data with its kind, name and date. In front may stand what programs pass over, which says
 * nothing itself: every PNG and JPEG begins like that.
 */
function isOpenMessage(bytes: Buffer, depth = 0): boolean {
  if (((bytes[0] ?? 0) & 0x80) === 0) return false;
  if (beginsOtherwise(bytes)) return isNothingElse(bytes, depth);
  let count = 0;
  for (const { tag, body, isCut } of pgpPackets(bytes)) {
    if (tag === packet.compressed) return isCompressed(body, depth) && (count === 0 || unpacks(body));
    if (tag === packet.literal) return isLiteral(body) || (!isCut && isNothingElse(bytes, depth));
    if (!isInFront(tag, body)) return false;
    count += 1;
    if (count > mostInFront) return true;
  }
  return false;
}

const packet = { compressed: 8, marker: 10, literal: 11 };
/** Signatures and what announces them, broken ones, too; trust, comments of old and new, padding, and what is anyone's own. */
const passedOver = new Set([2, 4, 12, 16, 21, 60, 61, 62, 63]);
const markerBody = Buffer.from('PGP');
const isInFront = (tag: number, body: Buffer): boolean =>
  passedOver.has(tag) || (tag === packet.marker && body.equals(markerBody));

/** PNG, JPEG, OLE: also packets that are passed over, so a message may stand behind, but only one to the very end is believed. */
const otherHeads = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff', '\xd0\xcf\x11\xe0'];
const beginsOtherwise = (bytes: Buffer): boolean => otherHeads.some((head) => hasAt(bytes, 0, head));

function isCompressed(body: Buffer, depth: number): boolean {
  const [method, first = 0, second = 0] = body;
  if (method === 0) return depth < maxDepth && isOpenMessage(body.subarray(1), depth + 1);
  // Zlib's first two bytes: a window, a level, and what makes a multiple of 31 of both (RFC 1950, 2.2).
  const isZlib = (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
  return body.length > 2 && (method === 1 || (method === 2 && isZlib));
}

const trialBytes = 4096;
/** All that may stand in what is compressed: what may stand in front, session keys, and data of all kinds. */
const innerTags = new Set([...passedOver, 1, 3, 8, 9, 10, 11, 18, 20]);

/** Do its first bytes unpack, and begin with a packet? */
function unpacks(body: Buffer): boolean {
  if (body[0] === 0) return true;
  const inflate = body[0] === 1 ? inflateRawSync : inflateSync;
  try {
    const plain = inflate(body.subarray(1, 1 + trialBytes), { finishFlush: constants.Z_SYNC_FLUSH });
    const head = packetHead(plain, 0);
    return head !== null && innerTags.has(head.tag);
  } catch {
    return false;
  }
}

/** Of binary data and text; besides, what GnuPG takes for local data and MIME. */
const [usualKinds, allKinds] = ['btu', 'btul1m'];

function isLiteral(body: Buffer, kinds = usualKinds): boolean {
  const isKind = body.length > 0 && kinds.includes(String.fromCharCode(body[0] ?? 0));
  const nameBytes = body[1] ?? 255;
  const name = body.toString('latin1', 2, 2 + nameBytes);
  return isKind && nameBytes < 128 && 6 + nameBytes < body.length && !/[\0-\x1f]/.test(name);
}

/** A last packet whose length is not written takes in whatever follows: that it ends with the file proves nothing. */
const isOpenEnded = (bytes: Buffer, at: number): boolean => ((bytes[at] ?? 0) & 0x43) === 0x03;

/** Data of any kind and name: packets to the very end, none of which is unknown. What is compressed is tried twice at most. */
function isNothingElse(bytes: Buffer, depth: number): boolean {
  let end = 0;
  let hasData = false;
  let isBehind = false;
  for (const { tag, body, isCut, next } of pgpPackets(bytes)) {
    const isPlain = tag === packet.literal && body.length > 6;
    const isPacked: boolean = tag === packet.compressed && (hasData || isProven(tag, body, depth));
    if (isCut || !(isPlain || isPacked || tag === packet.marker || passedOver.has(tag))) return false;
    isBehind ||= !hasData && !isPlain;
    if (isBehind && isOpenEnded(bytes, end) && !isProven(tag, body, depth)) return false;
    hasData ||= isPlain || isPacked;
    end = next;
  }
  return hasData && end === bytes.length;
}

const isProven = (tag: number, body: Buffer, depth: number): boolean =>
  tag === packet.literal
    ? isLiteral(body, allKinds)
    : tag === packet.compressed && isCompressed(body, depth) && unpacks(body);

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
