import type { ContainerDetection } from '../../container-format.js';
import { hasAt } from '../../magic.js';

/** Readers look for the header in as many bytes. */
const headBytes = 1024;

export const pdfDetection = {
  name: 'pdf',
  nature: 'document',
  detect(bytes) {
    // Data of a form, which has the same objects.
    if (hasAt(bytes, 0, '%FDF-')) return { mime: 'application/vnd.fdf', isCertain: true };
    const at = bytes.subarray(0, headBytes).indexOf('%PDF-');
    return at < 0 ? null : { mime: 'application/pdf', isCertain: at === 0 };
  },
} as const satisfies ContainerDetection;
