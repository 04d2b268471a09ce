import type { ContainerDetection } from '../../container-format.js';

/** Readers look for the header in as many bytes, and for the end in as many from the last one. */
const [headBytes, tailBytes] = [1024, 1024];
const header = /%PDF-|%!PS-Adobe-\d\.\d{1,3} PDF-\d|%FDF-/;
const end = /startxref[\s\0]{1,20}(\d{1,12})[\s\0]{1,20}%%EOF/;

/** Certainly one. */
export const isPdfHead = (bytes: Buffer): boolean =>
  header.exec(bytes.toString('latin1', 0, headBytes))?.index === 0;

export const pdfDetection = {
  name: 'pdf',
  nature: 'document',
  detect(bytes) {
    const head = bytes.toString('latin1', 0, headBytes);
    const found = header.exec(head);
    // Data of a form, which has the same objects.
    const mime = found?.[0] === '%FDF-' ? 'application/vnd.fdf' : 'application/pdf';
    if (found !== null) return { mime, isCertain: found.index === 0 };
    // Some readers look for no header at all, once they have found the end.
    const [, place] = end.exec(bytes.toString('latin1', Math.max(0, bytes.length - tailBytes))) ?? [];
    return place !== undefined && Number(place) < bytes.length
      ? { mime, isCertain: false, isBehind: true }
      : null;
  },
} as const satisfies ContainerDetection;
