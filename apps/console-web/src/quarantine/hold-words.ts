import type { HoldState } from '@sluice/contracts';

/** Of a mail that a sensor accepted for Sluice to keep. */
export const holdWords: Readonly<Record<HoldState, { readonly name: string; readonly color: string }>> = {
  held: { name: 'Held', color: 'orange' },
  released: { name: 'Held, released', color: 'teal' },
  refused: { name: 'Held, refused', color: 'red' },
  expired: { name: 'Held, expired', color: 'gray' },
};
