import type { AlertEvent } from './alert-event.schema.js';
import type { OperationEvent } from './operation-event.schema.js';

/**
 * What one message tells. `id` is stable over retries and replays, so that receivers can drop doubles: the event's own
 * id where the message tells one event, else the delivery's.
 */
export type Notice =
  | { readonly kind: 'alert'; readonly id: string; readonly alert: AlertEvent }
  | {
      readonly kind: 'digest';
      readonly id: string;
      readonly createdAt: string;
      readonly alerts: readonly AlertEvent[];
      readonly total: number;
    }
  /** More alerts than the rule's limit per hour: some of them, and how many there were. */
  | {
      readonly kind: 'held-back';
      readonly id: string;
      readonly createdAt: string;
      readonly alerts: readonly AlertEvent[];
      readonly total: number;
      readonly maxPerHour: number;
    }
  | { readonly kind: 'operation'; readonly id: string; readonly event: OperationEvent }
  | { readonly kind: 'test'; readonly id: string; readonly createdAt: string; readonly operator: string };

/** Events a mail lists one by one; the rest is a number. */
export const maxListedAlerts = 100;

export const noticeTime = (notice: Notice): string => {
  switch (notice.kind) {
    case 'alert':
      return notice.alert.createdAt;
    case 'operation':
      return notice.event.createdAt;
    case 'digest':
    case 'held-back':
    case 'test':
      return notice.createdAt;
  }
};
