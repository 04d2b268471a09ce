import type { ContainerDetection } from '../../container-format.js';

const namespaces = [
  'urn:oasis:names:tc:opendocument:xmlns:manifest:1.0',
  'urn:oasis:names:tc:opendocument:xmlns:container',
];
const methods = /<(?:\w{1,20}:)?EncryptionMethod\b[^<>]{0,500}?\bAlgorithm\s{0,9}=\s{0,9}["']([^"']{1,200})/g;
/** Fonts of books are veiled with a key that stands in the book, so that no one copies them by chance. */
const veils = new Set(['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC']);

/**
 * The manifest of an OpenDocument file in which entries are encrypted, or the list of those of a book: the zip around it is a
 * plain one, only this part says so.
 */
export const odfManifestDetection = {
  name: 'odf-manifest',
  nature: 'document',
  detect(bytes) {
    if (!/^\s{0,16}(\xef\xbb\xbf)?</.test(bytes.toString('latin1', 0, 24))) return null;
    const head = bytes.subarray(0, 4096);
    const [isManifest, isOfBook] = namespaces.map((namespace) => head.includes(namespace));
    const isEncrypted =
      (isManifest === true && bytes.includes('encryption-data')) ||
      (isOfBook === true && hasClosedMethod(bytes));
    return isEncrypted ? { mime: 'application/xml', isCertain: true } : null;
  },
} as const satisfies ContainerDetection;

function hasClosedMethod(bytes: Buffer): boolean {
  for (const [, method = ''] of bytes.toString('latin1').matchAll(methods))
    if (!veils.has(method)) return true;
  return false;
}
