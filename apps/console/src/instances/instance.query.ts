import { Inject, Injectable } from '@nestjs/common';
import {
  engineStatusSchema,
  reachedLimitsSchema,
  type EngineStatus,
  type ReachedLimit,
  type ServiceName,
} from '@sluice/contracts';
import { readRows, type Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';

/** Reports come every 5 s: after three missed ones an instance counts as not answering. */
export const silentAfterSeconds = 15;

const instanceRowSchema = z.object({
  service: z.custom<ServiceName>((value) => typeof value === 'string'),
  instance: z.string(),
  version: z.string(),
  started_at: z.date(),
  is_ready: z.boolean(),
  problems: z.array(z.string()),
  engines: z.unknown(),
  busy_slots: z.int(),
  slots: z.int(),
  certificate_fingerprint: z.string().nullable(),
  certificate_not_after: z.date().nullable(),
  is_loopback: z.boolean().nullable(),
  reached_limits: z.unknown(),
  seen_at: z.date(),
  silent_seconds: z.number(),
});
type InstanceRow = z.infer<typeof instanceRowSchema>;

export interface Instance extends Omit<InstanceRow, 'engines' | 'reached_limits'> {
  readonly engines: readonly EngineStatus[];
  readonly reachedLimits: readonly ReachedLimit[];
  readonly isAnswering: boolean;
}

/** What every running service said of itself last. */
@Injectable()
export class InstanceQuery {
  constructor(@Inject(databaseToken) private readonly database: Database) {}

  async list(): Promise<Instance[]> {
    const answer = await this.database.query(
      `SELECT service, instance, version, started_at, is_ready, problems, engines, busy_slots, slots,
              certificate_fingerprint, certificate_not_after, is_loopback, reached_limits, seen_at,
              silent_seconds
       FROM ledger.instance_list ORDER BY service, instance`,
    );
    const rows = readRows(instanceRowSchema, answer.rows);
    return rows.map(({ reached_limits, ...row }) => ({
      ...row,
      // Null: a service of the release before, or no gateway.
      reachedLimits: reachedLimitsSchema.parse(reached_limits ?? []),
      engines: z.array(engineStatusSchema).catch([]).parse(row.engines),
      isAnswering: row.silent_seconds <= silentAfterSeconds,
    }));
  }

  /** The engine of a live scanner that takes the smallest objects; every engine that has a cap has to run. */
  async smallestEngineCap(): Promise<{ engine: string; maxObjectBytes: number } | null> {
    const live = (await this.list()).filter((one) => one.service === 'scanner' && one.isAnswering);
    const caps = live
      .flatMap((one) => one.engines)
      .flatMap(({ engine, maxObjectBytes }) => (maxObjectBytes === null ? [] : [{ engine, maxObjectBytes }]));
    return caps.sort((one, other) => one.maxObjectBytes - other.maxObjectBytes)[0] ?? null;
  }
}

/** Live gateways that can be reached from other machines. */
export const exposedGateways = (instances: readonly Instance[]): string[] =>
  instances
    .filter((one) => one.service === 'gateway' && one.isAnswering && one.is_loopback !== true)
    .map((one) => one.instance);
