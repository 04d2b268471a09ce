/** A rule's message that still takes events. */
export interface OpenBatch {
  readonly id: string;
  readonly kind: 'digest' | 'held-back';
  readonly dueAtMs: number;
  readonly events: number;
  /** Takes no more events. */
  readonly isFull: boolean;
}

/** Messages of a rule since its current hour began. */
export interface RuleWindow {
  readonly startedAtMs: number;
  readonly messages: number;
}

export interface PlanState {
  readonly window: RuleWindow | null;
  readonly digest: OpenBatch | null;
  readonly heldBack: OpenBatch | null;
}

export interface PlannedDelivery {
  readonly eventId: string;
  /** Null: a message of its own. */
  readonly partOf: string | null;
}

export interface Plan {
  readonly deliveries: readonly PlannedDelivery[];
  readonly state: PlanState;
  /** Batches that are new or grew. */
  readonly batches: readonly OpenBatch[];
}

export interface PlanOptions {
  readonly digestMinutes: number;
  readonly maxPerHour: number | null;
  readonly nowMs: number;
  readonly makeId: () => string;
}

const hourMs = 3600_000;
/** A digest that is full goes out at once, so that everything in it is told. */
export const maxDigestEvents = 500;

/**
 * How a rule tells events, in their order.
 *
 * | the rule                 | its limit per hour | the event                                                   |
 * |--------------------------|--------------------|-------------------------------------------------------------|
 * | tells at once            | not reached        | is a message                                                |
 * | gathers, a digest is open | any               | joins it                                                    |
 * | gathers, none is open    | not reached        | opens one, due in `digestMinutes`                           |
 * | any                      | reached            | joins the summary of what was held back, due with the hour's end |
 *
 * The hour begins with its first message. A summary doesn't count as one.
 */
export function planDeliveries(eventIds: readonly string[], state: PlanState, options: PlanOptions): Plan {
  const planner = new Planner(state, options);
  const deliveries = eventIds.map((eventId) => ({ eventId, partOf: planner.place() }));
  return { deliveries, ...planner.outcome() };
}

class Planner {
  private window: RuleWindow;
  private readonly open: Record<OpenBatch['kind'], OpenBatch | null>;
  private readonly touched = new Map<string, OpenBatch>();

  constructor(
    state: PlanState,
    private readonly options: PlanOptions,
  ) {
    const isCurrent = state.window !== null && options.nowMs < state.window.startedAtMs + hourMs;
    this.window =
      isCurrent && state.window !== null ? state.window : { startedAtMs: options.nowMs, messages: 0 };
    this.open = { digest: state.digest, 'held-back': state.heldBack };
  }

  place(): string | null {
    const { digestMinutes, nowMs } = this.options;
    if (digestMinutes > 0 && this.open.digest !== null) return this.join(this.open.digest);
    if (!this.takeMessage()) return this.hold();
    if (digestMinutes === 0) return null;
    return this.join(this.make('digest', nowMs + digestMinutes * 60_000));
  }

  outcome(): Pick<Plan, 'state' | 'batches'> {
    const { digest, 'held-back': heldBack } = this.open;
    return { state: { window: this.window, digest, heldBack }, batches: [...this.touched.values()] };
  }

  private hold(): string {
    return this.join(this.open['held-back'] ?? this.make('held-back', this.window.startedAtMs + hourMs));
  }

  private takeMessage(): boolean {
    const { maxPerHour } = this.options;
    if (maxPerHour !== null && this.window.messages >= maxPerHour) return false;
    this.window = { ...this.window, messages: this.window.messages + 1 };
    return true;
  }

  private make(kind: OpenBatch['kind'], dueAtMs: number): OpenBatch {
    return { id: this.options.makeId(), kind, dueAtMs, events: 0, isFull: false };
  }

  private join(batch: OpenBatch): string {
    const events = batch.events + 1;
    const isFull = batch.kind === 'digest' && events >= maxDigestEvents;
    const grown = { ...batch, events, isFull, dueAtMs: isFull ? this.options.nowMs : batch.dueAtMs };
    this.touched.set(grown.id, grown);
    this.open[grown.kind] = isFull ? null : grown;
    return grown.id;
  }
}
