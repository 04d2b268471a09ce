import { describe, expect, it } from 'vitest';
import { maxDigestEvents, planDeliveries, type PlanOptions, type PlanState } from './plan-deliveries.js';

const nothing: PlanState = { window: null, digest: null, heldBack: null };
const nowMs = 10_000_000;
let made = 0;
const options = (changes: Partial<PlanOptions> = {}): PlanOptions => ({
  digestMinutes: 0,
  maxPerHour: null,
  nowMs,
  makeId: () => `batch ${(made += 1)}`,
  ...changes,
});
const events = (count: number) => Array.from({ length: count }, (_one, n) => `event ${n}`);

describe('planDeliveries', () => {
  it('makes each event a message when nothing else is asked', () => {
    const plan = planDeliveries(events(3), nothing, options());
    expect(plan.deliveries.map((one) => one.partOf)).toEqual([null, null, null]);
    expect(plan.batches).toEqual([]);
  });

  it('gathers events in one digest, also later ones', () => {
    const first = planDeliveries(events(2), nothing, options({ digestMinutes: 5 }));
    expect(first.batches).toMatchObject([{ kind: 'digest', events: 2, dueAtMs: nowMs + 300_000 }]);
    const later = planDeliveries(
      events(1),
      first.state,
      options({ digestMinutes: 5, nowMs: nowMs + 60_000 }),
    );
    expect(later.deliveries[0]?.partOf).toBe(first.batches[0]?.id);
    expect(later.batches).toMatchObject([{ events: 3, dueAtMs: nowMs + 300_000 }]);
  });

  it('sends a full digest at once and opens another', () => {
    const plan = planDeliveries(events(maxDigestEvents + 1), nothing, options({ digestMinutes: 5 }));
    expect(plan.batches).toMatchObject([
      { events: maxDigestEvents, dueAtMs: nowMs },
      { events: 1, dueAtMs: nowMs + 300_000 },
    ]);
  });

  it('holds back what is over the limit, until the hour is over', () => {
    const plan = planDeliveries(events(5), nothing, options({ maxPerHour: 2 }));
    expect(plan.deliveries.map((one) => one.partOf === null)).toEqual([true, true, false, false, false]);
    expect(plan.batches).toMatchObject([{ kind: 'held-back', events: 3, dueAtMs: nowMs + 3600_000 }]);
    const next = planDeliveries(events(1), plan.state, options({ maxPerHour: 2, nowMs: nowMs + 3600_000 }));
    expect(next.deliveries).toMatchObject([{ partOf: null }]);
    expect(next.state.window).toEqual({ startedAtMs: nowMs + 3600_000, messages: 1 });
  });

  it('counts a digest as one message', () => {
    const rule = { digestMinutes: 1, maxPerHour: 1 };
    const first = planDeliveries(events(10), nothing, options(rule));
    expect(first.batches).toMatchObject([{ kind: 'digest', events: 10 }]);
    const afterwards = { ...first.state, digest: null };
    const second = planDeliveries(events(2), afterwards, options({ ...rule, nowMs: nowMs + 120_000 }));
    expect(second.batches).toMatchObject([{ kind: 'held-back', events: 2, dueAtMs: nowMs + 3600_000 }]);
  });
});
