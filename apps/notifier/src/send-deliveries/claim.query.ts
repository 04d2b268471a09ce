import { readRows, type Query } from '@sluice/database';
import { channelKinds, type ChannelKind } from '@sluice/notifications';
import { z } from 'zod';
import { failuresUntilAway } from './next-attempt.js';

/** Tests have a lane of their own: they are not kept waiting by what waits for a receiver that is away. */
export const lanes = ['regular', 'test'] as const;
export type Lane = (typeof lanes)[number];
export const laneOf = (kind: Claimed['kind']): Lane => (kind === 'test' ? 'test' : 'regular');

const deliveryKinds = ['alert', 'operation', 'digest', 'held-back', 'test'] as const;

/** A delivery that is this instance's until its lease ends, with all it takes to send it. */
export interface Claimed {
  readonly id: string;
  readonly kind: (typeof deliveryKinds)[number];
  readonly lease: string;
  readonly attempts: number;
  readonly firstAttemptAt: Date;
  readonly createdAt: Date;
  readonly channelId: string;
  readonly channelKind: ChannelKind;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Name → sealed secret. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Null: the rule is gone or switched off, or there is none (tests). */
  readonly rule: {
    readonly name: string;
    readonly recipients: readonly string[];
    readonly subject: string | null;
    readonly maxPerHour: number | null;
  } | null;
  readonly eventsTotal: number;
  readonly operator: string | null;
  readonly recipients: readonly string[];
  /** Of the one event it tells; null for digests, summaries and tests. */
  readonly facts: unknown;
}

export interface ClaimOptions {
  readonly instance: string;
  readonly leaseMs: number;
  /** Messages at once per channel and instance. */
  readonly slots: Readonly<Record<Lane, number>>;
  /** `<channel> <lane>` → what this instance has, and how many it takes besides what its slots can. */
  readonly lanes: ReadonlyMap<string, { readonly inFlight: number; readonly ahead: number }>;
}

const claimedRowSchema = z.object({
  id: z.string(),
  kind: z.enum(deliveryKinds),
  lease: z.string(),
  attempts: z.number(),
  first_attempt_at: z.date(),
  created_at: z.date(),
  channel_id: z.string(),
  channel_kind: z.enum(channelKinds),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.string()).nullable(),
  rule_name: z.string().nullable(),
  rule_recipients: z.array(z.string()).nullable(),
  subject: z.string().nullable(),
  max_per_hour: z.number().nullable(),
  events_total: z.number().nullable(),
  operator: z.string().nullable(),
  recipients: z.array(z.string()).nullable(),
  facts: z.unknown(),
});

/**
 * Takes what is due, per channel and lane no more than there are free slots, so that one channel never takes another's.
 * A channel that is away gets one message at a time, and none while it is paused. `due_at` becomes the end of the lease:
 * what a killed instance had in hand is due again then, without anybody cleaning up.
 */
const claim = `
WITH room AS (
  SELECT c.id AS channel_id, l.lane,
    CASE WHEN l.lane = 'regular' AND h.failures >= ${failuresUntilAway} THEN 1 - i.in_flight
      ELSE ($1::jsonb ->> l.lane)::integer + i.ahead - i.in_flight END AS free
  FROM deliveries.channels c
  CROSS JOIN (VALUES ('regular'), ('test')) AS l (lane)
  CROSS JOIN LATERAL (
    SELECT coalesce((o.lane ->> 'inFlight')::integer, 0) AS in_flight, coalesce((o.lane ->> 'ahead')::integer, 0) AS ahead
    FROM (SELECT $2::jsonb -> (c.id::text || ' ' || l.lane)) AS o (lane)
  ) i
  LEFT JOIN deliveries.channel_health h ON h.channel_id = c.id
  WHERE l.lane = 'test' OR h.paused_until IS NULL OR h.paused_until <= clock_timestamp()
), due AS MATERIALIZED (
  SELECT d.id FROM room r CROSS JOIN LATERAL (
    SELECT w.id FROM deliveries.deliveries w
    WHERE w.channel_id = r.channel_id AND w.state IN ('waiting', 'gathering') AND w.due_at <= clock_timestamp()
      AND (w.kind = 'test') = (r.lane = 'test')
    ORDER BY w.due_at, w.seq LIMIT r.free FOR UPDATE SKIP LOCKED
  ) d
  WHERE r.free > 0
), claimed AS (
  UPDATE deliveries.deliveries d SET state = 'waiting', attempts = d.attempts + 1, lease = gen_random_uuid(),
    due_at = clock_timestamp() + make_interval(secs => $3::float8 / 1000),
    first_attempt_at = coalesce(d.first_attempt_at, clock_timestamp())
  FROM due WHERE d.id = due.id
  RETURNING d.*
), noted AS (
  INSERT INTO deliveries.attempts (delivery_id, lease, instance, started_at)
  SELECT id, lease, $4, clock_timestamp() FROM claimed
)
SELECT d.id, d.kind, d.lease, d.attempts, d.first_attempt_at, d.created_at, d.channel_id, c.kind AS channel_kind, c.settings,
  (SELECT jsonb_object_agg(s.name, s.sealed) FROM deliveries.channel_secrets s WHERE s.channel_id = c.id) AS secrets,
  r.name AS rule_name, r.recipients AS rule_recipients, r.subject, r.max_per_hour, d.events_total, d.operator,
  d.recipients, e.facts
FROM claimed d
JOIN deliveries.channels c ON c.id = d.channel_id
LEFT JOIN deliveries.rules r ON r.id = d.rule_id AND r.is_enabled
LEFT JOIN deliveries.events e ON e.id = d.event_id
ORDER BY d.seq`;

export async function claimDeliveries(query: Query, options: ClaimOptions): Promise<Claimed[]> {
  const { rows } = await query(claim, [
    JSON.stringify(options.slots),
    JSON.stringify(
      Object.fromEntries(
        [...options.lanes].map(([name, { inFlight, ahead }]) => [name, { inFlight, ahead }]),
      ),
    ),
    options.leaseMs,
    options.instance,
  ]);
  return readRows(claimedRowSchema, rows).map(toClaimed);
}

const toClaimed = (row: z.infer<typeof claimedRowSchema>): Claimed => ({
  id: row.id,
  kind: row.kind,
  lease: row.lease,
  attempts: row.attempts,
  firstAttemptAt: row.first_attempt_at,
  createdAt: row.created_at,
  channelId: row.channel_id,
  channelKind: row.channel_kind,
  settings: row.settings,
  secrets: row.secrets ?? {},
  rule:
    row.rule_name === null
      ? null
      : {
          name: row.rule_name,
          recipients: row.rule_recipients ?? [],
          subject: row.subject,
          maxPerHour: row.max_per_hour,
        },
  eventsTotal: row.events_total ?? 0,
  operator: row.operator,
  recipients: row.recipients ?? [],
  facts: row.facts,
});
