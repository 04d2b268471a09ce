import type { UnscannableReason } from '@sluice/contracts';

/** What comes out of a container, in order: a part, or something that could not be had. */
export type OpenedItem =
  | { readonly kind: 'part'; readonly label: string; readonly bytes: Buffer; readonly isMail?: boolean }
  | {
      readonly kind: 'shortfall';
      readonly reason: UnscannableReason;
      readonly label?: string;
      /** Nothing had come out before: perhaps it only looked like this container. */
      readonly isAtOpening?: boolean;
    };
