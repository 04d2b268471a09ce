import { packetHead } from './pgp-packets.js';

/** RFC 9580, 5.1, 5.3, 5.7, 5.13, 5.8; 20 is GnuPG's own. */
const [publicKey, password, marker] = [1, 3, 10];
const sealedData = new Set([9, 18, 20]);
const mostPackets = 256;

/** Lengths of a session key's packet for RSA keys of 1024 to 4096 bits, in the old format. */
const rsaKeyBytes = new Set([0x8c, 0x10c, 0x18c, 0x20c, 0x40c]);

/** Certain by its first bytes, whatever becomes of the rest: a length that only these keys have, and their version. */
function beginsWithRsaKey(bytes: Buffer): boolean {
  if (bytes.length < 16) return false;
  if (bytes[0] === 0x85) return rsaKeyBytes.has(bytes.readUInt16BE(1)) && bytes[3] === 3;
  return bytes[0] === 0x84 && bytes[1] === 0x8c && bytes[2] === 3 && (bytes[11] ?? 0) <= 3;
}

/**
 * What PGP writes in front of what it encrypts, one for each key and password that opens it, and then the data: each
 * packet says so little that only both together are certain. Keys alone are, where they are of a known kind and the file
 * ends with them.
 */
export function isSealedMessage(bytes: Buffer): boolean {
  if (beginsWithRsaKey(bytes)) return true;
  let keys = 0;
  for (let at = 0, count = 0; count < mostPackets; count += 1) {
    const head = packetHead(bytes, at);
    if (head === null) return false;
    if (sealedData.has(head.tag)) return keys > 0;
    if (head.length === null) return false;
    const end = head.start + head.length;
    const body = bytes.subarray(head.start, end);
    if (head.tag !== marker && !isSessionKey(head.tag, body)) return false;
    if (head.tag !== marker) keys += 1;
    if (end >= bytes.length) return keys > 0 && head.tag === publicKey && body.length >= leastOfKey;
    at = end;
  }
  return true;
}

/** RSA, Elgamal, elliptic curves (RFC 9580, 9.1). */
const publicKeyKinds = new Set([1, 2, 16, 18, 25, 26]);
const leastOfKey = 16;
const lastCipher = 13;
const keyDerivations = new Set([0, 1, 3, 4]);

function isSessionKey(tag: number, body: Buffer): boolean {
  const [version = 0] = body;
  if (tag === publicKey)
    return version === 3
      ? body.length > 10 && publicKeyKinds.has(body[9] ?? 0)
      : version === 6 && body.length > 20;
  if (tag !== password) return false;
  if (version === 4) return (body[1] ?? 255) <= lastCipher && keyDerivations.has(body[2] ?? 255);
  return (version === 5 || version === 6) && body.length > 20;
}
