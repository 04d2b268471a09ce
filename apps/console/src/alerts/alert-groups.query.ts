import { Inject, Injectable } from '@nestjs/common';
import type { AlertGrouping, AlertGroupsAnswer } from '@sluice/console-api';
import { importances } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { AlertSearchQuery } from './alert-search.query.js';
import type { AlertGroupsRequest } from '@sluice/console-api/requests';
import { filterAlerts } from './filter-alerts.js';

/** The newest that fit; beyond them the answer says that there are more. */
const mostGrouped = 100_000;
const mostGroups = 200;

/** The key of a group, and what people call it; both of a row of `fitting`. */
const groupings: Readonly<Record<AlertGrouping, { key: string; name: string; more: string }>> = {
  hash: { key: 'f.sha256', name: 'f.object_name', more: '' },
  part: {
    key: 'd.hash',
    name: 'f.names[1]',
    more: 'CROSS JOIN LATERAL (SELECT DISTINCT p FROM jsonb_array_elements_text(f.part_hashes) AS one (p)) AS d (hash)',
  },
  detection: {
    key: 'd.name',
    name: 'NULL::text',
    more: 'CROSS JOIN LATERAL unnest(f.names) AS d (name)',
  },
  sender: { key: 'f.mail_from', name: 'NULL::text', more: '' },
  system: {
    key: 'f.sensor_id',
    name: 'r.name',
    more: 'LEFT JOIN registry.registrations r ON r.id = f.registration_id',
  },
};

const groupRowSchema = z.object({
  key: z.string(),
  name: z.string().nullable(),
  count: z.int(),
  new_count: z.int(),
  importance: z.enum(importances),
  first_at: z.date(),
  last_at: z.date(),
  groups_total: z.int(),
});
type GroupRow = z.infer<typeof groupRowSchema>;
const countRowSchema = z.object({ count: z.int() });

/** What alerts have in common, and how many of them. */
@Injectable()
export class AlertGroupsQuery {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly search: AlertSearchQuery,
  ) {}

  async list({ by, ...filters }: AlertGroupsRequest): Promise<AlertGroupsAnswer> {
    const conditions = await this.search.addTo(filterAlerts(filters), filters.q);
    const { key, name, more } = groupings[by];
    const fitting = `
      WITH fitting AS MATERIALIZED (
        SELECT a.id, a.sha256, a.object_name, a.names, a.part_hashes, a.mail_from, a.sensor_id, a.registration_id, a.state,
               a.importance, a.created_at
        FROM ledger.alert_list a ${conditions.where} ORDER BY a.id DESC LIMIT ${mostGrouped + 1})`;
    const answer = await this.database.query(
      `${fitting}
       SELECT ${key} AS key, (array_agg(${name} ORDER BY f.id DESC))[1] AS name, count(*)::integer AS count,
              (count(*) FILTER (WHERE f.state = 'new'))::integer AS new_count,
              CASE WHEN bool_or(f.importance = 'high') THEN 'high' WHEN bool_or(f.importance = 'medium') THEN 'medium'
                   ELSE 'low' END AS importance,
              min(f.created_at) AS first_at, max(f.created_at) AS last_at,
              (count(*) OVER ())::integer AS groups_total
       FROM fitting f ${more} WHERE ${key} IS NOT NULL
       GROUP BY ${key} ORDER BY count(*) DESC, ${key} LIMIT ${mostGroups}`,
      conditions.values,
    );
    const rows = readRows(groupRowSchema, answer.rows);
    const counted = await this.database.query(
      `${fitting} SELECT count(*)::integer AS count FROM fitting`,
      conditions.values,
    );
    const total = readRow(countRowSchema, counted.rows)?.count ?? 0;
    return {
      items: rows.map(toGroup),
      groupsTotal: rows[0]?.groups_total ?? 0,
      alertsTotal: Math.min(total, mostGrouped),
      isMore: total > mostGrouped,
    };
  }
}

const toGroup = (row: GroupRow) => ({
  key: row.key,
  name: row.name,
  count: row.count,
  newCount: row.new_count,
  importance: row.importance,
  firstAt: row.first_at.toISOString(),
  lastAt: row.last_at.toISOString(),
});
