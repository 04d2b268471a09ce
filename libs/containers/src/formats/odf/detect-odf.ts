import type { ContainerDetection } from '../../container-format.js';

const namespace = 'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0';

/**
 * The manifest of an OpenDocument file in which entries are encrypted: the zip around it is a plain one, only this part
 * says so.
 */
export const odfManifestDetection = {
  name: 'odf-manifest',
  nature: 'document',
  detect(bytes) {
    if (!/^\s{0,16}(\xef\xbb\xbf)?</.test(bytes.toString('latin1', 0, 24))) return null;
    const isEncrypted = bytes.subarray(0, 4096).includes(namespace) && bytes.includes('encryption-data');
    return isEncrypted ? { mime: 'application/xml', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;
