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

export const pgpDetection = {
  name: 'pgp',
  nature: 'document',
  detect: (bytes) =>
    armor.test(bytes.toString('latin1', 0, 128)) || isSessionKey(bytes)
      ? { mime: 'application/pgp-encrypted', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
