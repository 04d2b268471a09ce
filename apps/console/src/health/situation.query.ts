import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import { readRow, type Database } from '@sluice/database';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { brokerToken, databaseToken } from '../connections/connection-tokens.js';
import { ChannelStore } from '../notifications/channels/channel.store.js';
import { InstanceQuery } from '../instances/instance.query.js';
import { addressBlock } from '../registry/address-block.js';
import { currentSettings } from '../settings/settings.store.js';
import { certificateWarningDays } from './causes/certificate-causes.js';
import { QueueQuery } from '../statistics/queue.query.js';
import {
  recentMinutes,
  type FailingChannel,
  type HeldMail,
  type PendingRequests,
  type Situation,
} from './situation.js';
import { readRescanWave } from './rescan-wave.query.js';
import { StoreSpaceQuery } from './store-space.query.js';

/** As many as are looked at; who has more than that finds the others on their page. */
const mostChannels = 500;

const recentScansSchema = z.object({ accepted: z.int(), finished: z.int(), notExamined: z.int() });
const failedJobsSchema = z.object({
  total: z.int(),
  firstAt: z.date().nullable(),
  lastAt: z.date().nullable(),
});
const expiringSchema = z.object({ total: z.int(), expired: z.int() });
const firstToExpireSchema = z.object({ sensorId: z.string(), notAfter: z.date() });
const heldMailSchema = z.object({ mails: z.int(), bytes: z.int(), oldestAt: z.date().nullable() });
const pendingRequestsSchema = z.object({ total: z.int(), mostOfOneAddress: z.int() });

@Injectable()
export class SituationQuery {
  constructor(
    @Inject(databaseToken) private readonly database: Database,
    @Inject(brokerToken) private readonly broker: Pick<Broker, 'problem'>,
    private readonly dataSource: DataSource,
    private readonly instances: InstanceQuery,
    private readonly queues: QueueQuery,
    private readonly store: StoreSpaceQuery,
    private readonly channelStore: ChannelStore,
  ) {}

  async read(): Promise<Situation> {
    const [instances, queues, settings, store, counted, pendingRequests, channels, held, rescanWave] =
      await Promise.all([
        this.instances.list(),
        this.queues.list(),
        currentSettings(this.dataSource.manager),
        this.store.read(),
        this.counted(),
        this.pendingRequests(),
        this.channels(),
        this.held(),
        readRescanWave(this.database),
      ]);
    const { problem: brokerProblem } = this.broker;
    return {
      brokerProblem,
      instances,
      queues,
      settings,
      store,
      channels,
      pendingRequests,
      held,
      rescanWave,
      ...counted,
      nowMs: Date.now(),
    };
  }

  private async counted(): Promise<Pick<Situation, 'recent' | 'failedJobs' | 'expiring'>> {
    const [recent, failed, expiring, first] = await Promise.all([
      this.database.query(
        `SELECT coalesce(sum(accepted), 0)::integer AS accepted,
                coalesce(sum(detect + not_detected + timeout + error), 0)::integer AS finished,
                coalesce(sum(timeout + error), 0)::integer AS "notExamined"
         FROM ledger.scans_per_minute WHERE minute >= now() - make_interval(mins => $1)`,
        [recentMinutes],
      ),
      this.database.query(
        `SELECT count(*)::integer AS total, min(failed_at) AS "firstAt", max(failed_at) AS "lastAt"
         FROM ledger.failed_job_list`,
      ),
      this.database.query(
        `SELECT count(*)::integer AS total, count(*) FILTER (WHERE not_after < now())::integer AS expired
         FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $1)`,
        [certificateWarningDays],
      ),
      this.database.query(
        `SELECT sensor_id AS "sensorId", not_after AS "notAfter" FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $1)
         ORDER BY not_after LIMIT 1`,
        [certificateWarningDays],
      ),
    ]);
    return {
      recent: readRow(recentScansSchema, recent.rows) ?? { accepted: 0, finished: 0, notExamined: 0 },
      failedJobs: readRow(failedJobsSchema, failed.rows) ?? { total: 0, firstAt: null, lastAt: null },
      expiring: {
        ...(readRow(expiringSchema, expiring.rows) ?? { total: 0, expired: 0 }),
        first: readRow(firstToExpireSchema, first.rows),
      },
    };
  }

  private async pendingRequests(): Promise<PendingRequests> {
    const { rows } = await this.database.query(
      `SELECT coalesce(sum(count), 0)::integer AS total, coalesce(max(count), 0)::integer AS "mostOfOneAddress"
       FROM (SELECT count(*) FROM registry.certificates WHERE state = 'pending'
             GROUP BY ${addressBlock('first_address')}) AS of_address`,
    );
    return readRow(pendingRequestsSchema, rows) ?? { total: 0, mostOfOneAddress: 0 };
  }

  private async held(): Promise<HeldMail> {
    const { rows } = await this.database.query(
      'SELECT mails, bytes, oldest_at AS "oldestAt" FROM ledger.held_mail',
    );
    return readRow(heldMailSchema, rows) ?? { mails: 0, bytes: 0, oldestAt: null };
  }

  /** One attempt that failed is no news: the next one may succeed. */
  private async channels(): Promise<FailingChannel[]> {
    const channels = await this.channelStore.list(mostChannels, null);
    return channels
      .filter((one) => one.state === 'away')
      .map(({ name, failingSince, waiting }) => ({
        name,
        failingSince: failingSince === null ? null : new Date(failingSince),
        waiting,
      }));
  }
}
