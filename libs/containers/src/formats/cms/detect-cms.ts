import type { ContainerDetection } from '../../container-format.js';

/** Object identifiers of RFC 5652 and 8551 in DER, without their tag: 1.2.840.113549.1.7.N and 1.2.840.113549.1.9.16.1.N. */
const plainTypes = Buffer.from('06092a864886f70d0107', 'hex');
const smimeTypes = Buffer.from('060b2a864886f70d01091001', 'hex');
const sequence = 0x30;
/** Of the outer tag and its length, in any form. */
const maxHeadBytes = 16;

/** Starts like a CMS structure (PKCS #7, S/MIME): a sequence whose first element is one of its content types. */
export function looksLikeCms(bytes: Buffer): boolean {
  if (bytes[0] !== sequence || bytes.length < 16) return false;
  const length = bytes[1] as number;
  const at = length < 0x81 ? 2 : length <= 0x88 ? 2 + (length & 0x0f) : maxHeadBytes;
  return [plainTypes, smimeTypes].some((type) => bytes.subarray(at, at + type.length).equals(type));
}

export const armor = /^\s{0,8}-----BEGIN (PKCS7|PKCS #7 SIGNED DATA|CMS)-----/;

export const cmsDetection = {
  name: 'cms',
  nature: 'wrapper',
  detect: (bytes) =>
    looksLikeCms(bytes) || armor.test(bytes.toString('latin1', 0, 64))
      ? { mime: 'application/pkcs7-mime', isCertain: true }
      : null,
} as const satisfies ContainerDetection;
