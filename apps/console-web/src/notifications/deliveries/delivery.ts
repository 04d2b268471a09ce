import type { Attempt, Delivery, DeliveryKind, DeliveryState } from '@sluice/console-api';

export type { Attempt, Delivery, DeliveryKind, DeliveryState };

interface StateWord {
  readonly name: string;
  readonly color: string;
  readonly means: string;
}

export const deliveryStateWords: Readonly<Record<DeliveryState, StateWord>> = {
  waiting: { name: 'Waiting', color: 'blue', means: 'It is sent as soon as it is due.' },
  gathering: { name: 'Gathering', color: 'blue', means: 'It still takes alerts and goes out by itself.' },
  gathered: { name: 'In a digest', color: 'gray', means: 'Sent as part of a digest or summary.' },
  delivered: { name: 'Delivered', color: 'teal', means: 'The receiver took it.' },
  dead: { name: 'Failed', color: 'red', means: 'Given up: refused for good, or not taken for a day.' },
  cancelled: {
    name: 'Cancelled',
    color: 'gray',
    means: 'Its rule was switched off or deleted, or its channel was deleted.',
  },
};

export const deliveryKindNames: Readonly<Record<DeliveryKind, string>> = {
  alert: 'Alerts',
  operation: 'Operation',
  digest: 'Digests',
  'held-back': 'Summaries of what was held back',
  test: 'Tests',
};

export const deliveryFilterKeys = [
  'state',
  'kind',
  'channelId',
  'ruleId',
  'alertId',
  'partOf',
  'from',
  'until',
  'sort',
] as const;
export type DeliveryFilter = Record<(typeof deliveryFilterKeys)[number], string | null>;

/** A waiting one says more than that: it is under way, or it failed before. */
export function stateWordOf(delivery: Delivery): { readonly name: string; readonly color: string } {
  if (delivery.isBeingSent) return { name: 'Being sent', color: 'blue' };
  const hasFailed = delivery.state === 'waiting' && delivery.attempts.at(-1)?.outcome === 'failed';
  return hasFailed ? { name: 'Trying again', color: 'orange' } : deliveryStateWords[delivery.state];
}

/** Tests are made anew, and what still gathers goes out by itself. */
export const canReplay = (delivery: Delivery): boolean =>
  delivery.kind !== 'test' && delivery.state !== 'gathering' && !delivery.isBeingSent;
