import { Inject, Injectable } from '@nestjs/common';
import type { TopSystems } from '@sluice/console-api';
import { systemTypes } from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import type { StatisticsRange } from './statistics-range.js';

/** The newest scans of a range that are looked at; with more in it the answer says `isMore`. */
const mostCounted = 100_000;
const mostShown = 10;

const topRowSchema = z.object({
  registration_id: z.string(),
  sensor_id: z.string(),
  name: z.string().nullable(),
  type: z.enum(systemTypes),
  accepted: z.int(),
  detect: z.int(),
  not_examined: z.int(),
  counted: z.int(),
});

/** Who sent most in a time, and what became of it. */
@Injectable()
export class TopSystemsQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async count({ from, until }: StatisticsRange): Promise<Pick<TopSystems, 'items' | 'isMore'>> {
    const answer = await this.database.query(
      `WITH newest AS MATERIALIZED (
         SELECT registration_id, sensor_id, type, state FROM ledger.scan_list
         WHERE accepted_at >= $1 AND accepted_at < $2 ORDER BY seq DESC LIMIT ${mostCounted}
       ), summed AS (
         SELECT registration_id, min(sensor_id) AS sensor_id, min(type) AS type, count(*)::integer AS accepted,
           (count(*) FILTER (WHERE state = 'detect'))::integer AS detect,
           (count(*) FILTER (WHERE state IN ('timeout', 'error')))::integer AS not_examined
         FROM newest GROUP BY registration_id
       )
       SELECT s.*, CASE WHEN s.type = 'mail' THEN NULL ELSE r.name END AS name,
         (SELECT count(*)::integer FROM newest) AS counted
       FROM summed s LEFT JOIN registry.registrations r ON r.id = s.registration_id
       ORDER BY s.accepted DESC, s.sensor_id LIMIT ${mostShown}`,
      [from, until],
    );
    const rows = readRows(topRowSchema, answer.rows);
    return {
      isMore: (rows[0]?.counted ?? 0) >= mostCounted,
      items: rows.map((row) => ({
        registrationId: row.registration_id,
        sensorId: row.sensor_id,
        systemName: row.name,
        type: row.type,
        accepted: row.accepted,
        detect: row.detect,
        notExamined: row.not_examined,
      })),
    };
  }
}
