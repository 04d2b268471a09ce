import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import type { Database } from '@sluice/database';
import { DataSource } from 'typeorm';
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
  type RecentScans,
  type Situation,
} from './situation.js';
import { StoreSpaceQuery } from './store-space.query.js';

/** As many as are looked at; who has more than that finds the others on their page. */
const mostChannels = 500;

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
    const [instances, queues, settings, store, counted, pendingRequests, channels, held] = await Promise.all([
      this.instances.list(),
      this.queues.list(),
      currentSettings(this.dataSource.manager),
      this.store.read(),
      this.counted(),
      this.pendingRequests(),
      this.channels(),
      this.held(),
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
      ...counted,
      nowMs: Date.now(),
    };
  }

  private async counted(): Promise<Pick<Situation, 'recent' | 'failedJobs' | 'expiring'>> {
    const [recent, failed, expiring, first] = await Promise.all([
      this.database.query<RecentScans>(
        `SELECT coalesce(sum(accepted), 0)::integer AS accepted,
                coalesce(sum(detect + not_detected + timeout + error), 0)::integer AS finished,
                coalesce(sum(timeout + error), 0)::integer AS "notExamined"
         FROM ledger.scans_per_minute WHERE minute >= now() - make_interval(mins => $1)`,
        [recentMinutes],
      ),
      this.database.query<Situation['failedJobs']>(
        `SELECT count(*)::integer AS total, min(failed_at) AS "firstAt", max(failed_at) AS "lastAt"
         FROM ledger.failed_job_list`,
      ),
      this.database.query<{ total: number; expired: number }>(
        `SELECT count(*)::integer AS total, count(*) FILTER (WHERE not_after < now())::integer AS expired
         FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $1)`,
        [certificateWarningDays],
      ),
      this.database.query<{ sensorId: string; notAfter: Date }>(
        `SELECT sensor_id AS "sensorId", not_after AS "notAfter" FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $1)
         ORDER BY not_after LIMIT 1`,
        [certificateWarningDays],
      ),
    ]);
    return {
      recent: recent.rows[0] ?? { accepted: 0, finished: 0, notExamined: 0 },
      failedJobs: failed.rows[0] ?? { total: 0, firstAt: null, lastAt: null },
      expiring: { ...(expiring.rows[0] ?? { total: 0, expired: 0 }), first: first.rows[0] ?? null },
    };
  }

  private async pendingRequests(): Promise<PendingRequests> {
    const { rows } = await this.database.query<PendingRequests>(
      `SELECT coalesce(sum(count), 0)::integer AS total, coalesce(max(count), 0)::integer AS "mostOfOneAddress"
       FROM (SELECT count(*) FROM registry.certificates WHERE state = 'pending'
             GROUP BY ${addressBlock('first_address')}) AS of_address`,
    );
    return rows[0] ?? { total: 0, mostOfOneAddress: 0 };
  }

  private async held(): Promise<HeldMail> {
    const { rows } = await this.database.query<HeldMail>(
      'SELECT mails, bytes, oldest_at AS "oldestAt" FROM ledger.held_mail',
    );
    return rows[0] ?? { mails: 0, bytes: 0, oldestAt: null };
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
