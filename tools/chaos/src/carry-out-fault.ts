import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@sluice/tool-acceptance';
import type { BrokenSystem } from './broken-system.js';
import type { ChaosClient } from './chaos-client.js';
import type { NotificationReceivers } from './notification-receivers.js';
import type { ObjectQuota } from './object-quota.js';
import { targets, type Fault, type Target } from './plan-faults.js';
import { messagesInHand } from './settle.js';

export interface Arena {
  readonly broken: BrokenSystem;
  readonly clients: readonly ChaosClient[];
  /** Null: not possible here; said at the start. */
  readonly quota: ObjectQuota | null;
  readonly receivers: NotificationReceivers;
}

export interface CarriedOut {
  readonly atMs: number;
  /** What was seen of it; a fault without any did not happen, and throws. */
  readonly trace: string;
  /** When what was broken is whole again; for freezes later than this call returns. */
  readonly over: Promise<void>;
}

const verdictsToLose = 50;
const scanners = ['scanner-1', 'scanner-2', 'scanner-3'] as const;
const resultsServices = ['results', 'results-2'] as const;
const done = Promise.resolve();

export async function carryOut(fault: Fault, arena: Arena): Promise<CarriedOut> {
  const { broken } = arena;
  if ('target' in fault) await broken.whole([fault.target]);
  switch (fault.kind) {
    case 'kill':
      return withWorkInHand(fault.target, arena, async () => {
        const atMs = Date.now();
        const trace = await broken.kill(fault.target);
        const left = fault.target === 'notifier' ? ` with ${await leftOver(broken)} in its hands` : '';
        return { atMs, trace: trace + left, over: done };
      });
    case 'restart': {
      const atMs = Date.now();
      return { atMs, trace: await broken.restart(fault.target), over: done };
    }
    case 'freeze':
      return withWorkInHand(fault.target, arena, async () => {
        const atMs = Date.now();
        const trace = await broken.freeze(fault.target);
        return { atMs, trace, over: pause(fault.forMs).then(() => broken.thaw(fault.target)) };
      });
    case 'wipe-broker':
      return wipeBroker(arena);
    case 'fill-store':
      return fillStore(arena, fault.forMs);
  }
}

const leftOver = async (broken: BrokenSystem): Promise<string> =>
  `${await messagesInHand(broken).catch(() => 'unknown')} messages`;

/** A scanner or a notifier that has nothing to do shows nothing when it dies. */
async function withWorkInHand(
  target: Target,
  { broken, clients }: Arena,
  strike: () => Promise<CarriedOut>,
): Promise<CarriedOut> {
  const inFlight = target.startsWith('scanner')
    ? () => broken.jobsWaiting()
    : target === 'notifier'
      ? () => messagesInHand(broken)
      : null;
  if (inFlight === null) return strike();
  for (const client of clients) client.hurry(true);
  // Not a condition of the fault: with other parts broken there may be no work for anybody.
  await until(async () => (await inFlight().catch(() => 0)) > 0, 5000).catch(() => undefined);
  try {
    return await strike();
  } finally {
    for (const client of clients) client.hurry(false);
  }
}

/** First jobs gather, then verdicts with no one to take them, then all of it is gone. */
async function wipeBroker({ broken, clients }: Arena): Promise<CarriedOut> {
  await broken.whole(targets);
  for (const client of clients) client.hurry(true);
  for (const scanner of scanners) await broken.freeze(scanner);
  await until(async () => (await broken.jobsWaiting()) > 3 * verdictsToLose, 30_000).finally(() => {
    for (const client of clients) client.hurry(false);
  });
  await Promise.all(resultsServices.map((name) => broken.process(name).stop()));
  for (const scanner of scanners) broken.thaw(scanner);
  const verdicts = await until(async () => {
    const waiting = await broken.verdictsWaiting();
    return waiting >= verdictsToLose ? waiting : undefined;
  }, 60_000);
  const atMs = Date.now();
  const removed = await broken.wipeBroker();
  await Promise.all(resultsServices.map((name) => broken.process(name).start()));
  return { atMs, trace: `${verdicts} verdicts and ${removed}`, over: done };
}

/** Its trace is a caller that was told 503 in answer to a POST. */
async function fillStore({ quota, clients }: Arena, forMs: number): Promise<CarriedOut> {
  if (quota === null) throw new Error('the object store has no quota of its own here');
  const refused = (): number => clients.reduce((sum, one) => sum + (one.refusals.get('503') ?? 0), 0);
  const before = refused();
  const atMs = Date.now();
  quota.fill();
  const over = pause(forMs).then(() => quota.free());
  await until(() => refused() > before, forMs + 5000);
  return { atMs, trace: `callers were answered 503`, over };
}
