import { byMagic, certain } from '../by-magic.js';

/** An extension of Chromium: a signature in front of a zip. */
export const crxDetection = byMagic(
  'crx',
  certain('application/x-chrome-extension'),
  [0, 'Cr24\x02\0\0\0'],
  [0, 'Cr24\x03\0\0\0'],
);
