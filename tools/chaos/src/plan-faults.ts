import { between, seededRandom, shuffled, type Random } from './seeded-random.js';

/** Every process of the system under chaos, by the names the launcher gives. */
export const targets = [
  ...['gateway', 'gateway-2', 'scanner-1', 'scanner-2', 'scanner-3', 'results', 'results-2', 'console'],
  ...['rabbitmq', 'postgres', 'clamd', 'notifier', 'mail-receiver', 'webhook-receiver'],
] as const;
export type Target = (typeof targets)[number];

export type Fault =
  /** kill -9. */
  | { readonly kind: 'kill'; readonly target: Target }
  /** SIGSTOP of the whole process tree. */
  | { readonly kind: 'freeze'; readonly target: Target; readonly forMs: number }
  /** An orderly stop, as a deployment does it. */
  | { readonly kind: 'restart'; readonly target: Target }
  /** RabbitMQ's data gone while verdicts wait in it. */
  | { readonly kind: 'wipe-broker' }
  /** No space left for objects. */
  | { readonly kind: 'fill-store'; readonly forMs: number };

export const heartbeatSeconds = 5;
const secondMs = 1000;
const shortestFreezeMs = secondMs;
const longestFreezeMs = 45 * secondMs;

/**
 * What happens, in order. The first ones always do, so that a short run meets every mechanism; then every kind of fault
 * on every process, again and again in another order. The same seed gives the same plan.
 */
export function* planFaults(seed: number): Generator<Fault> {
  const random = seededRandom(seed);
  yield* shuffled(random, notificationFaults(random));
  yield* shuffled(random, necessaryFaults(random));
  for (;;) yield* shuffled(random, everyFault(random));
}

/** First, so that what was in the notifier's hands has time to be taken over. */
export const notificationFaults = (random: Random): Fault[] => [
  { kind: 'kill', target: 'notifier' },
  { kind: 'kill', target: 'mail-receiver' },
  { kind: 'freeze', target: 'webhook-receiver', forMs: between(random, 5, 8) * secondMs },
];

/** Callers notice nothing of it. */
export const isOfNotifications = (fault: Fault): boolean =>
  'target' in fault && /^notifier$|-receiver$/.test(fault.target);

/** Without these a run proves nothing. */
export const necessaryFaults = (random: Random): Fault[] => [
  { kind: 'wipe-broker' },
  { kind: 'fill-store', forMs: between(random, 5, 8) * secondMs },
  { kind: 'kill', target: 'scanner-2' },
  // Over three heartbeats: the broker gives its jobs to others, and it wakes up later.
  { kind: 'freeze', target: 'scanner-1', forMs: (3 * heartbeatSeconds + between(random, 2, 5)) * secondMs },
  { kind: 'kill', target: 'results' },
  { kind: 'kill', target: 'gateway' },
  { kind: 'kill', target: 'rabbitmq' },
  { kind: 'kill', target: 'postgres' },
  { kind: 'freeze', target: 'postgres', forMs: between(random, 5, 8) * secondMs },
  { kind: 'restart', target: 'results-2' },
];
export const necessaryCount = [notificationFaults, necessaryFaults].flatMap((faults) =>
  faults(seededRandom(0)),
).length;

function everyFault(random: Random): Fault[] {
  return targets.flatMap((target): Fault[] => [
    { kind: 'kill', target },
    // Short ones are more frequent, as they are in life.
    {
      kind: 'freeze',
      target,
      forMs: Math.round(shortestFreezeMs * (longestFreezeMs / shortestFreezeMs) ** random()),
    },
    { kind: 'restart', target },
  ]);
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 ${fault.target}`;
    case 'freeze':
      return `freeze ${fault.target} for ${(fault.forMs / secondMs).toFixed(1)} s`;
    case 'restart':
      return `restart ${fault.target}`;
    case 'wipe-broker':
      return 'wipe the broker';
    case 'fill-store':
      return `fill the object store for ${(fault.forMs / secondMs).toFixed(1)} s`;
  }
}

/** Faults of one kind are summed up together: instances of a service count as one. */
export function faultKind(fault: Fault): string {
  if (!('target' in fault)) return fault.kind;
  return `${fault.kind} ${fault.target.replace(/-\d+$/, '')}`;
}
