import { byMagic, certain } from '../by-magic.js';

/** Apple's, in binary: pages that Safari keeps are such lists. */
export const propertyListDetection = {
  ...byMagic('property-list', certain('application/x-bplist'), [0, 'bplist0']),
  nature: 'document',
} as const;
