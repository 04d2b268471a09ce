import { Inject, Injectable } from '@nestjs/common';
import { cleanName, cleanText, isIdentifier, type Settings, type Sighting } from '@sluice/contracts';
import { readRow, readRows, type Database } from '@sluice/database';
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { currentSettings } from '../settings/settings.store.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { plainAddress } from '../api/plain-address.js';
import { addressBlock } from '../registry/address-block.js';
import { inTransaction, lockRequests, type Queryable } from '../registry/registry-transaction.js';

const sensorIdRowSchema = z.object({ sensor_id: z.string(), fingerprint: z.string() });
const totalRowSchema = z.object({ total: z.int(), mine: z.int(), is_known: z.boolean() });

/**
 * Records callers. A known pair gets a new *last seen*, at most once a minute, whatever its state. An unknown one that
 * was refused makes ONE pending row, within the bounds of the settings (wire contract, "Who may call", 2 and 7). In SQL:
 * hundreds of callers come in one batch, and each bound is one statement.
 */
@Injectable()
export class SightingStore {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    private readonly dataSource: DataSource,
  ) {}

  async record(sightings: readonly Sighting[]): Promise<void> {
    const usable = sightings
      .map((one) => ({ ...one, address: plainAddress(one.address) }))
      .filter((one) => isIdentifier(one.sensorId) && isIP(one.address) !== 0);
    const unknown = await this.touch(lastOfEachPair(usable));
    // Only a refused call asks for something: one served before its system was deleted is no new request.
    const requests = firstOfEachPair(usable.filter((one) => one.answer === 401)).filter((one) =>
      unknown.has(pair(one)),
    );
    if (requests.length > 0) await this.addRequests(requests);
  }

  /** Refreshes the known ones and returns the pairs that have no row. */
  private async touch(sightings: readonly Sighting[]): Promise<Set<string>> {
    if (sightings.length === 0) return new Set();
    const answer = await this.database.query(touchSql, [JSON.stringify(sightings.map(toRow))]);
    const rows = readRows(sensorIdRowSchema, answer.rows);
    const known = new Set(rows.map((row) => `${row.sensor_id} ${row.fingerprint}`));
    return new Set(sightings.map(pair).filter((key) => !known.has(key)));
  }

  private async addRequests(requests: readonly Sighting[]): Promise<void> {
    await inTransaction(this.dataSource, async (tx) => {
      await tx.query(lockRequests);
      const settings = await currentSettings(tx.entities);
      await this.expire(tx, settings);
      if (settings.integrationRequests === 'closed') return;
      for (const request of requests) await this.addRequest(tx, request, settings);
    });
  }

  private async addRequest(tx: Queryable, request: Sighting, settings: Settings): Promise<void> {
    const answer = await tx.query(countSql, [request.address, request.sensorId, request.fingerprint]);
    const counted = readRow(totalRowSchema, answer.rows);
    const { total, mine, is_known: isKnown } = counted ?? { total: 0, mine: 0, is_known: true };
    const isFull = mine >= settings.maxPendingRequestsPerAddress || settings.maxPendingRequests === 0;
    if (isFull || isKnown) return;
    // More than one over after the bound was lowered.
    for (let excess = total - settings.maxPendingRequests; excess >= 0; excess -= 1)
      await tx.query(dropOldestSql);
    await tx.query(insertSql, [randomUUID(), JSON.stringify([toRow(request)])]);
  }

  /** Pending ones that did not call for a while. Also called now and then, for the list to be true when no one calls. */
  async expire(on: Queryable, settings: Settings): Promise<void> {
    await on.query(
      `DELETE FROM registry.certificates WHERE id IN (
         SELECT id FROM registry.certificates
         WHERE state = 'pending' AND last_seen_at < now() - make_interval(hours => $1) FOR UPDATE SKIP LOCKED)`,
      [settings.pendingRequestHours],
    );
  }
}

/** A batch's rows; the console's clock decides when, so that a gateway's wrong one cannot keep a request for ever. */
const rowsOf = (parameter: string): string => `jsonb_to_recordset(${parameter}::jsonb) AS s (
  sensor_id text, fingerprint text, address inet, answer integer, tls_version text, claimed_type text,
  claimed_name text, subject text, not_before timestamptz, not_after timestamptz)`;

// The first call served after a refusal is shown at once; otherwise a minute between two writes.
const touchSql = `
  WITH seen AS (SELECT * FROM ${rowsOf('$1')}),
  due AS (
    -- A row another console or an operator holds right now is left alone: its next call does it.
    SELECT c.id FROM registry.certificates c JOIN seen s ON c.sensor_id = s.sensor_id AND c.fingerprint = s.fingerprint
    WHERE c.last_seen_at IS NULL OR c.last_seen_at < now() - interval '1 minute'
       OR (c.state = 'accepted' AND c.last_answer = 401 AND s.answer <> 401)
    FOR UPDATE OF c SKIP LOCKED),
  touched AS (
    UPDATE registry.certificates c SET
      last_seen_at = now(), last_answer = s.answer, last_address = s.address, tls_version = s.tls_version,
      first_seen_at = coalesce(c.first_seen_at, now()), first_address = coalesce(c.first_address, s.address),
      subject = coalesce(c.subject, s.subject), not_before = coalesce(c.not_before, s.not_before),
      not_after = coalesce(c.not_after, s.not_after)
    FROM seen s
    WHERE c.id IN (SELECT id FROM due) AND c.sensor_id = s.sensor_id AND c.fingerprint = s.fingerprint)
  SELECT c.sensor_id, c.fingerprint FROM registry.certificates c JOIN seen s
    ON c.sensor_id = s.sensor_id AND c.fingerprint = s.fingerprint`;

const countSql = `
  SELECT count(*) AS total,
         count(*) FILTER (WHERE ${addressBlock('first_address')} = ${addressBlock('$1::inet')}) AS mine,
         EXISTS (SELECT FROM registry.certificates WHERE sensor_id = $2 AND fingerprint = $3) AS is_known
  FROM registry.certificates WHERE state = 'pending'`;

const dropOldestSql = `
  DELETE FROM registry.certificates WHERE id = (
    SELECT id FROM registry.certificates
    WHERE state = 'pending' AND ${addressBlock('first_address')} = (
      SELECT ${addressBlock('first_address')} FROM registry.certificates WHERE state = 'pending'
      GROUP BY 1 ORDER BY count(*) DESC, min(created_at) LIMIT 1)
    ORDER BY created_at, id LIMIT 1)`;

const insertSql = `
  INSERT INTO registry.certificates (id, sensor_id, fingerprint, state, claimed_type, claimed_name, subject, not_before,
    not_after, created_at, first_seen_at, last_seen_at, first_address, last_address, last_answer, tls_version, revision)
  SELECT $1, sensor_id, fingerprint, 'pending', claimed_type, claimed_name, subject, not_before, not_after,
    clock_timestamp(), now(), now(), address, address, answer, tls_version, 0
  FROM ${rowsOf('$2')}
  ON CONFLICT (sensor_id, fingerprint) DO NOTHING`;

const toRow = (one: Sighting) => ({
  sensor_id: one.sensorId,
  fingerprint: one.fingerprint,
  address: one.address,
  answer: one.answer,
  tls_version: cleanText(one.tlsVersion, 16),
  claimed_type: one.claimedType,
  claimed_name: cleanName(one.claimedName) || null,
  subject: cleanText(one.subject),
  not_before: one.notBefore,
  not_after: one.notAfter,
});

const pair = (one: Sighting): string => `${one.sensorId} ${one.fingerprint}`;
const lastOfEachPair = (all: readonly Sighting[]): Sighting[] => [
  ...new Map(all.map((one) => [pair(one), one])).values(),
];
const firstOfEachPair = (all: readonly Sighting[]): Sighting[] =>
  lastOfEachPair([...all].reverse()).reverse();
