import { Inject, Injectable } from '@nestjs/common';
import {
  engineStatusSchema,
  type EngineStatus,
  type ReachedLimit,
  reachedLimitsSchema,
  type ServiceName,
} from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { z } from 'zod';
import { databaseToken } from '../connections/connection-tokens.js';

/** Reports come every 5 s: after three missed ones an instance counts as not answering. */
export const silentAfterSeconds = 15;

interface InstanceRow {
  readonly service: ServiceName;
  readonly instance: string;
  readonly version: string;
  readonly started_at: Date;
  readonly is_ready: boolean;
  readonly problems: string[];
  readonly engines: unknown;
  readonly busy_slots: number;
  readonly slots: number;
  readonly certificate_fingerprint: string | null;
  readonly certificate_not_after: Date | null;
  readonly is_loopback: boolean | null;
  readonly reached_limits: unknown;
  readonly seen_at: Date;
  readonly silent_seconds: number;
}

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
    const { rows } = await this.database.query<InstanceRow>(
      `SELECT service, instance, version, started_at, is_ready, problems, engines, busy_slots, slots,
              certificate_fingerprint, certificate_not_after, is_loopback, reached_limits, seen_at,
              silent_seconds
       FROM ledger.instance_list ORDER BY service, instance`,
    );
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

  /** Live gateways that can be reached from other machines. */
  async exposedGateways(): Promise<string[]> {
    return (await this.list())
      .filter((one) => one.service === 'gateway' && one.isAnswering && one.is_loopback !== true)
      .map((one) => one.instance);
  }
}
