import { Inject, Injectable } from '@nestjs/common';
import type { SystemsQuery } from '@sluice/console-api/requests';
import { readRow, readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions, containing } from '../lists/conditions.js';
import { readCursor, toPage, type ListPage } from '../lists/list-page.js';
import type { Queryable } from '../registry/registry-transaction.js';
import { systemRowSchema, toExternalSystem, type ExternalSystem, type SystemRow } from './external-system.js';

/**
 * A request's ID is in use when another certificate of it is accepted, or when a registration of it is open that this
 * certificate never belonged to (its scans would become readable). Closed registrations are how it was used before.
 */
const selectSystems = `
  SELECT c.id, c.sensor_id, c.fingerprint, c.state, c.registration_id,
         coalesce(r.type, c.claimed_type) AS type,
         CASE WHEN r.id IS NULL THEN c.claimed_name ELSE r.name END AS name,
         c.subject, c.not_after, c.created_at::text AS created_at, c.first_seen_at, c.last_seen_at, host(c.last_address) AS last_address,
         CASE WHEN c.host_name_address = c.last_address THEN c.host_name END AS host_name,
         c.last_answer, c.tls_version, c.decided_by, c.decided_at,
         c.state IN ('pending', 'rejected') AND EXISTS (
           SELECT FROM registry.registrations o
           WHERE o.sensor_id = c.sensor_id AND o.closed_at IS NULL
             AND (o.id IS DISTINCT FROM c.registration_id OR EXISTS (
               SELECT FROM registry.certificates x
               WHERE x.registration_id = o.id AND x.state = 'accepted' AND x.id <> c.id))
         ) AS is_id_in_use,
         EXISTS (
           SELECT FROM registry.registrations p WHERE p.sensor_id = c.sensor_id AND p.closed_at IS NOT NULL
         ) AS is_used_before,
         r.answer_format, r.alerts_feed, r.max_unfinished_scans,
         r.unexamined_policy, r.unexamined_policy_version, r.mail_policy, r.mail_policy_version,
         r.clamd_policy, r.clamd_policy_version
  FROM registry.certificates c LEFT JOIN registry.registrations r ON r.id = c.registration_id`;

const cursorSchema = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d [\d:.+-]{8,30}$/), z.uuid()]);

@Injectable()
export class ExternalSystemQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(query: SystemsQuery): Promise<ListPage<ExternalSystem>> {
    const cursor = readCursor(query.cursor, cursorSchema);
    const anywhere = containing(query.q);
    const conditions = new Conditions()
      .add('c.state = ?', query.state)
      .add('coalesce(r.type, c.claimed_type) = ?', query.type)
      .add('c.sensor_id = ?', query.sensorId)
      .add(
        `(c.sensor_id ILIKE ? OR coalesce(r.name, c.claimed_name) ILIKE ? OR host(c.last_address) ILIKE ?
          OR c.host_name ILIKE ? OR c.fingerprint ILIKE replace(?, ':', ''))`,
        anywhere,
      );
    if (cursor !== null) {
      const [at, id] = [conditions.place(cursor[0]), conditions.place(cursor[1])];
      conditions.addPlaced(`(c.created_at, c.id) < (${at}::timestamptz, ${id}::uuid)`);
    }
    const limit = conditions.place(query.limit + 1);
    const { rows } = await this.database.query(
      `${selectSystems} ${conditions.where} ORDER BY c.created_at DESC, c.id DESC LIMIT ${limit}`,
      conditions.values,
    );
    return toPage(readRows(systemRowSchema, rows), query.limit, {
      item: toExternalSystem,
      keys: (row) => [row.created_at, row.id],
    });
  }

  async find(on: Queryable, id: string): Promise<SystemRow | null> {
    const { rows } = await on.query(`${selectSystems} WHERE c.id = $1`, [id]);
    return readRow(systemRowSchema, rows);
  }

  async show(id: string): Promise<ExternalSystem | null> {
    const row = await this.find(this.database, id);
    return row === null ? null : toExternalSystem(row);
  }
}
