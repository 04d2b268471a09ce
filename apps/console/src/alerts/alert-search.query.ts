import { Inject, Injectable } from '@nestjs/common';
import type { AlertSearch } from '@sluice/console-api';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { badRequest } from '../api/api.errors.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { containing, type Conditions } from '../lists/conditions.js';
import { hashColumn } from '../lists/hash-column.js';
import { ofPart } from './filter-alerts.js';

const idRowSchema = z.object({ id: z.string() });

/** An index of trigrams finds nothing shorter. */
const fewestCharacters = 3;
/** Systems whose names hold the text; more than that and the text says little. */
const mostSystems = 200;
/** How long an answer about the index is believed: migrate may build it while the console runs. */
const indexKnownMs = 60_000;
/** A beginning of a hash, long enough to be meant as one. */
const hashBeginning = /^[0-9a-f]{8,63}$/i;

const incomplete =
  'The search looks at object names, detections, IDs and hashes only: senders, subjects, recipients and names inside ' +
  'objects are not found. Install PostgreSQL’s extension pg_trgm (package postgresql-contrib) and start again, so that ' +
  'migrate builds the index.';

/** Free text in alerts, as far as the database has an index for it. */
@Injectable()
export class AlertSearchQuery {
  private known: { readonly hasIndex: boolean; readonly untilMs: number } | null = null;

  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async describe(): Promise<AlertSearch> {
    const isComplete = await this.hasIndex();
    return { isComplete, fewestCharacters, problem: isComplete ? null : incomplete };
  }

  /** Adds what the text means to the conditions on `ledger.alert_list a`. */
  async addTo(conditions: Conditions, typed: string | undefined): Promise<Conditions> {
    const text = typed?.trim() ?? '';
    if (text === '') return conditions;
    const column = hashColumn(text);
    if (column === 'sha256') return conditions.add(`(a.sha256 = ? OR ${ofPart('?')})`, text.toLowerCase());
    if (column !== null) return conditions.add(`a.${column} = ?`, text.toLowerCase());
    if (text.length < fewestCharacters)
      throw badRequest(`search for at least ${fewestCharacters} characters`, { q: 'too short' });
    const ways = (await this.hasIndex()) ? await this.indexed(conditions, text) : old(conditions, text);
    return conditions.addPlaced(`(${ways.join(' OR ')})`);
  }

  /** Each of them has an index of its own, so that the database can join what they find. */
  private async indexed(conditions: Conditions, text: string): Promise<string[]> {
    const ways = [`a.search_text ILIKE ${conditions.place(containing(text))}`];
    if (hashBeginning.test(text)) {
      const from = text.toLowerCase();
      ways.push(`(a.sha256 >= ${conditions.place(from)} AND a.sha256 < ${conditions.place(`${from}g`)})`);
    }
    const systems = await this.systemsNamed(text);
    if (systems.length > 0) ways.push(`a.registration_id = ANY (${conditions.place(systems)}::uuid[])`);
    return ways;
  }

  private async systemsNamed(text: string): Promise<string[]> {
    const answer = await this.database.query(
      'SELECT id FROM registry.registrations WHERE name ILIKE $1 ORDER BY id LIMIT $2',
      [containing(text), mostSystems],
    );
    const rows = readRows(idRowSchema, answer.rows);
    return rows.map(({ id }) => id);
  }

  private async hasIndex(): Promise<boolean> {
    const nowMs = Date.now();
    if (this.known !== null && nowMs < this.known.untilMs) return this.known.hasIndex;
    const { rows } = await this.database.query(
      `SELECT FROM pg_index WHERE indexrelid = to_regclass('ledger.alerts_by_text') AND indisvalid`,
    );
    this.known = { hasIndex: rows.length > 0, untilMs: nowMs + indexKnownMs };
    return this.known.hasIndex;
  }
}

/** As far as it goes without the index, at the cost of reading every alert. */
function old(conditions: Conditions, text: string): string[] {
  const pattern = conditions.place(containing(text));
  return ['a.object_name', 'a.sensor_id', 'a.sha256', `array_to_string(a.names, ' ')`].map(
    (column) => `${column} ILIKE ${pattern}`,
  );
}
