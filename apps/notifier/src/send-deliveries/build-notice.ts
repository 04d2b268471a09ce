import { readRows, type Query } from '@sluice/database';
import { alertEventSchema, operationEventSchema, type AlertEvent, type Notice } from '@sluice/notifications';
import { z } from 'zod';
import { maxDigestEvents } from '../make-deliveries/plan-deliveries.js';
import type { Claimed } from './claim.query.js';

const factsRowSchema = z.object({ facts: z.unknown() });

/** Of a summary's events only some are listed; it may stand for any number. */
const maxSummaryEvents = 50;

/** What a delivery tells, from the copies of its events. Rejects when they are not readable. */
export async function buildNotice(query: Query, claimed: Claimed): Promise<Notice> {
  const { id, kind } = claimed;
  const createdAt = claimed.createdAt.toISOString();
  switch (kind) {
    case 'alert': {
      const alert = alertEventSchema.parse(claimed.facts);
      return { kind, id: alert.eventId, alert };
    }
    case 'operation': {
      const event = operationEventSchema.parse(claimed.facts);
      return { kind, id: event.eventId, event };
    }
    case 'digest': {
      const alerts = await readParts(query, id, maxDigestEvents);
      return { kind, id, createdAt, alerts, total: alerts.length };
    }
    case 'held-back': {
      const alerts = await readParts(query, id, maxSummaryEvents);
      return {
        kind,
        id,
        createdAt,
        alerts,
        total: claimed.eventsTotal,
        maxPerHour: claimed.rule?.maxPerHour ?? 0,
      };
    }
    case 'test':
      return { kind, id, createdAt, operator: claimed.operator ?? '' };
  }
}

/** Parts that were replayed by themselves are no longer parts. */
async function readParts(query: Query, batchId: string, limit: number): Promise<AlertEvent[]> {
  const answer = await query(
    `SELECT e.facts FROM deliveries.deliveries d JOIN deliveries.events e ON e.id = d.event_id
     WHERE d.part_of = $1 ORDER BY d.seq LIMIT $2`,
    [batchId, limit],
  );
  const rows = readRows(factsRowSchema, answer.rows);
  return rows.map((row) => alertEventSchema.parse(row.facts));
}
