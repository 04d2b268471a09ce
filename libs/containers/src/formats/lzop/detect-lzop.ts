import { byMagic, certain } from '../by-magic.js';

export const lzopMagic = '\x89LZO\0\r\n\x1a\n';
export const lzopDetection = byMagic('lzop', certain('application/x-lzop'), [0, lzopMagic]);
