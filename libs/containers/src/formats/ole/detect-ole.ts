import type { ContainerDetection } from '../../container-format.js';

const oleMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
/** Name of the stream that holds a password-protected Office document inside an OLE file. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

export const oleDetection = {
  name: 'ole',
  nature: 'document',
  detect: (bytes) =>
    isOle(bytes) && bytes.includes(encryptedPackage)
      ? { mime: 'application/x-ole-storage', isCertain: true }
      : null,
} as const satisfies ContainerDetection;

export const isOle = (bytes: Buffer): boolean => bytes.subarray(0, 8).equals(oleMagic);
