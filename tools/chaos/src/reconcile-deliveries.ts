/** What the ledger raised, and under which id it was told. */
export interface RaisedAlert {
  readonly alertId: string;
  /** Null: nothing was made of it yet. */
  readonly eventId: string | null;
}

export interface Told {
  readonly alerts: number;
  /** By all receivers, doubles among them. */
  readonly receipts: number;
  /** Alerts that a receiver did not get. */
  readonly missing: number;
  /** Came more than once, under the same id: allowed, because no one knows whether a killed receiver had it. */
  readonly doubled: number;
  /** Events that no alert has. */
  readonly unknown: number;
  readonly problems: readonly string[];
}

/** Every alert has to have reached every receiver at least once. */
export function reconcileDeliveries(
  alerts: readonly RaisedAlert[],
  received: ReadonlyMap<string, readonly string[]>,
): Told {
  const known = new Set(alerts.map((alert) => alert.eventId));
  const [problems, unknown]: [string[], string[]] = [[], []];
  let [receipts, doubled] = [0, 0];
  for (const [name, ids] of received) {
    const different = new Set(ids);
    receipts += ids.length;
    doubled += ids.length - different.size;
    unknown.push(...[...different].filter((id) => !known.has(id)));
    for (const { alertId, eventId } of alerts)
      if (eventId === null || !different.has(eventId)) problems.push(`alert ${alertId}: not told to ${name}`);
  }
  return {
    alerts: alerts.length,
    receipts,
    missing: problems.length,
    doubled,
    unknown: unknown.length,
    problems,
  };
}

/** Without an alert nothing was proved. */
export const isAllTold = ({ alerts, missing, unknown }: Told): boolean =>
  alerts > 0 && missing + unknown === 0;
