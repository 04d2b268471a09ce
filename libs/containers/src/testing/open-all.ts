import type { OpenContainer } from '../container-format.js';
import type { OpenedItem } from '../opened-item.js';
import { PasswordTime, PasswordTries } from '../passwords/password-tries.js';
import { Budget, ContainerBudget, LimitReached, type WalkLimits, defaultWalkLimits } from '../walk-limits.js';

export interface Opened {
  readonly parts: (OpenedItem & { readonly kind: 'part' })[];
  readonly unexamined: (OpenedItem & { readonly kind: 'unexamined' })[];
  readonly isEmpty: boolean;
  readonly limit: string | null;
  /** How often it looked whether its time is over. */
  readonly timeLooks: number;
}

export interface OpenAllOptions {
  readonly passwords?: readonly string[];
  readonly limits?: Partial<WalkLimits>;
  readonly timeLimitMs?: number;
}

/** What one opener gives, without a walk. Rethrows everything but a bound that was reached. */
export async function openAll(
  open: OpenContainer,
  bytes: Buffer,
  { passwords = [], limits = {}, timeLimitMs = 60_000 }: OpenAllOptions = {},
): Promise<Opened> {
  const walk = new Budget({ ...defaultWalkLimits, ...limits }, performance.now() + timeLimitMs);
  let timeLooks = 0;
  const checkTime = walk.checkTime.bind(walk);
  walk.checkTime = () => {
    timeLooks += 1;
    checkTime();
  };
  const budget = new ContainerBudget(walk, bytes, bytes.length);
  const items: OpenedItem[] = [];
  let limit: string | null = null;
  try {
    const tries = new PasswordTries(() => passwords, new PasswordTime(timeLimitMs));
    const context = { budget, passwords: tries, objectType: 'file', isExcerpt: false } as const;
    for await (const item of open(bytes, context)) items.push(item);
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    limit = error.limit;
  }
  return {
    parts: items.filter((item) => item.kind === 'part'),
    unexamined: items.filter((item) => item.kind === 'unexamined'),
    isEmpty: items.some((item) => item.kind === 'empty'),
    limit,
    timeLooks,
  };
}
