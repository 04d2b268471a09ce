import type { ContainerDetection } from '../../container-format.js';

export const armor = /^\s{0,64}-----BEGIN PGP MESSAGE(, PART [\d/]{1,9})?-----/;

/** Lengths of a session key's packet for RSA keys of 1024 to 4096 bits, in hundreds of bytes and a few; RFC 9580 §5.1. */
const sessionKeyBytes = new Set([0x8c, 0x10c, 0x18c, 0x20c, 0x40c]);

/** An encrypted session key's packet in the old format, version 3: what PGP writes in front of what it encrypts. */
function isSessionKey(bytes: Buffer): boolean {
  if (bytes.length < 16) return false;
  if (bytes[0] === 0x85) return sessionKeyBytes.has(bytes.readUInt16BE(1)) && bytes[3] === 3;
  return bytes[0] === 0x84 && bytes[1] === 0x8c && bytes[2] === 3 && (bytes[11] as number) <= 3;
}

/**
 * A message that is only packed, or not even that, without armor (RFC 9580, 5.6 and 5.9): a packet of unknown length in the
 * old format with zip or zlib, as every program writes it, or one of literal data with its kind, name and date.
 */
function isOpenMessage(bytes: Buffer): boolean {
  if (bytes[0] === 0xa3) return bytes[1] === 1 || (bytes[1] === 2 && bytes[2] === 0x78);
  if (bytes[0] !== 0xcb && bytes[0] !== 0xac) return false;
  const at = (bytes[1] ?? 255) < 192 || bytes[0] === 0xac ? 2 : 3;
  const isKind = ['b', 't', 'u'].includes(String.fromCharCode(bytes[at] ?? 0));
  const nameBytes = bytes[at + 1] ?? 255;
  const name = bytes.toString('latin1', at + 2, at + 2 + nameBytes);
  return isKind && nameBytes < 128 && at + 6 + nameBytes < bytes.length && !/[\0-\x1f]/.test(name);
}

export const pgpDetection = {
  name: 'pgp',
  nature: 'document',
  detect(bytes) {
    const mime = 'application/pgp-encrypted';
    if (armor.test(bytes.toString('latin1', 0, 128)) || isSessionKey(bytes)) return { mime, isCertain: true };
    return isOpenMessage(bytes) ? { mime, isCertain: false } : null;
  },
} as const satisfies ContainerDetection;
