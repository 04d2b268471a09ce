import { Inject, Injectable } from '@nestjs/common';
import type { PastCause } from '@sluice/console-api';
import type { HistoryQuery } from '@sluice/console-api/requests';
import { readRows, type Database } from '@sluice/database';
import { causeLevels } from '@sluice/contracts';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';
import { Conditions } from '../lists/conditions.js';
import { readCursor, toPage, type ListPage } from '../lists/list-page.js';
import type { FoundCause } from './cause-texts.js';

const idRowSchema = z.object({ id: z.string(), began_at: z.date() });

/** A cause that was not looked at for longer ended when it was last seen, for all one knows. */
const unseenSeconds = 60;
const historyDays = 90;

const historyRowSchema = z.object({
  seq: z.int(),
  id: z.string(),
  level: z.enum(causeLevels),
  title: z.string(),
  began_at: z.date(),
  ended_at: z.date().nullable(),
  duration_seconds: z.number(),
});
type HistoryRow = z.infer<typeof historyRowSchema>;
const exactBeginRowSchema = historyRowSchema.extend({ exact_begin: z.string() });

/** When causes began and ended. Several consoles write the same rows. */
@Injectable()
export class CauseHistoryStore {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  /** One statement: what is no more ends, what is new begins, what lasts is seen. */
  async record(causes: readonly FoundCause[]): Promise<void> {
    await this.database.query(
      `WITH over AS (
         UPDATE registry.causes
         SET ended_at = CASE WHEN seen_at < now() - make_interval(secs => ${unseenSeconds}) THEN seen_at ELSE now() END
         WHERE ended_at IS NULL AND id <> ALL ($1::text[]))
       INSERT INTO registry.causes (id, level, title, link, began_at, seen_at)
       SELECT id, level, title, link, least(coalesce(since, now()), now()), now()
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
         AS c (id, level, title, link, since)
       ON CONFLICT (id) WHERE ended_at IS NULL
       DO UPDATE SET level = excluded.level, title = excluded.title, link = excluded.link, seen_at = excluded.seen_at`,
      [
        causes.map(({ id }) => id),
        causes.map(({ level }) => level),
        causes.map(({ title }) => title),
        causes.map(({ link }) => link),
        causes.map(({ since }) => since?.toISOString() ?? null),
      ],
    );
  }

  /** When each open cause was seen first. */
  async open(): Promise<Map<string, Date>> {
    const answer = await this.database.query(
      'SELECT id, began_at FROM registry.causes WHERE ended_at IS NULL',
    );
    const rows = readRows(idRowSchema, answer.rows);
    return new Map(rows.map((row) => [row.id, row.began_at]));
  }

  async list(query: HistoryQuery): Promise<ListPage<PastCause>> {
    const cursor = readCursor(query.cursor, z.tuple([z.string().max(64), z.int().min(0)]));
    const conditions = new Conditions()
      .add('coalesce(ended_at, now()) >= ?', query.from)
      .add('began_at < ?', query.until);
    if (cursor !== null)
      conditions.addPlaced(
        `(began_at, seq) < (${conditions.place(cursor[0])}::timestamptz, ${conditions.place(cursor[1])})`,
      );
    const limit = conditions.place(query.limit + 1);
    const answer = await this.database.query(
      `SELECT seq, id, level, title, began_at, began_at::text AS exact_begin, ended_at,
              extract(epoch FROM coalesce(ended_at, now()) - began_at)::float8 AS duration_seconds
       FROM registry.causes ${conditions.where} ORDER BY began_at DESC, seq DESC LIMIT ${limit}`,
      conditions.values,
    );
    const rows = readRows(exactBeginRowSchema, answer.rows);
    return toPage(rows, query.limit, { item: toPastCause, keys: (row) => [row.exact_begin, row.seq] });
  }

  async purge(): Promise<void> {
    await this.database.query(
      'DELETE FROM registry.causes WHERE ended_at < now() - make_interval(days => $1)',
      [historyDays],
    );
  }
}

const toPastCause = (row: HistoryRow): PastCause => ({
  id: row.id,
  level: row.level,
  title: row.title,
  beganAt: row.began_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  durationSeconds: Math.max(0, row.duration_seconds),
});
