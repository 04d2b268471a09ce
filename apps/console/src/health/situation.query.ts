import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '@sluice/broker';
import { readRows, type Database } from '@sluice/database';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { brokerToken, databaseToken } from '../connections/connection-tokens.js';
import { ChannelStore } from '../notifications/channels/channel.store.js';
import { InstanceQuery } from '../instances/instance.query.js';
import { addressBlock } from '../registry/address-block.js';
import { currentSettings } from '../settings/settings.store.js';
import { certificateWarningDays } from './causes/certificate-causes.js';
import { QueueQuery } from '../statistics/queue.query.js';
import { recentMinutes, type FailingChannel, type Situation } from './situation.js';
import { readRescanWave } from './rescan-wave.query.js';
import { StoreSpaceQuery } from './store-space.query.js';

/** As many as are looked at; who has more than that finds the others on their page. */
const mostChannels = 500;

const countsSchema = z.object({
  accepted: z.int(),
  finished: z.int(),
  not_examined: z.int(),
  failed_jobs: z.int(),
  first_failed_at: z.date().nullable(),
  last_failed_at: z.date().nullable(),
  expiring: z.int(),
  expired: z.int(),
  first_to_expire: z.string().nullable(),
  first_expires_at: z.date().nullable(),
  pending: z.int(),
  most_of_one_address: z.int(),
  held_mails: z.int(),
  held_bytes: z.int(),
  oldest_held_at: z.date().nullable(),
});

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

  /** One question after the other: asked at once each would take a connection, and there is no hurry. */
  async read(): Promise<Situation> {
    return {
      brokerProblem: this.broker.problem,
      instances: await this.instances.list(),
      queues: await this.queues.list(),
      settings: await currentSettings(this.dataSource.manager),
      store: await this.store.read(),
      channels: await this.channels(),
      rescanWave: await readRescanWave(this.database),
      ...(await this.counts()),
      nowMs: Date.now(),
    };
  }

  private async counts(): Promise<
    Pick<Situation, 'recent' | 'failedJobs' | 'expiring' | 'pendingRequests' | 'held'>
  > {
    const { rows } = await this.database.query(
      `SELECT recent.*, failed.*, expiring.*, soonest.*, pending.*, held.*
       FROM (
         SELECT coalesce(sum(accepted), 0)::integer AS accepted,
                coalesce(sum(detect + not_detected + timeout + error), 0)::integer AS finished,
                coalesce(sum(timeout + error), 0)::integer AS not_examined
         FROM ledger.scans_per_minute WHERE minute >= now() - make_interval(mins => $1)) recent,
       (
         SELECT count(*)::integer AS failed_jobs, min(failed_at) AS first_failed_at, max(failed_at) AS last_failed_at
         FROM ledger.failed_job_list) failed,
       (
         SELECT count(*)::integer AS expiring, count(*) FILTER (WHERE not_after < now())::integer AS expired
         FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $2)) expiring
       LEFT JOIN (
         SELECT sensor_id AS first_to_expire, not_after AS first_expires_at FROM registry.certificates
         WHERE state = 'accepted' AND not_after < now() + make_interval(days => $2)
         ORDER BY not_after LIMIT 1) soonest ON true,
       (
         SELECT coalesce(sum(count), 0)::integer AS pending, coalesce(max(count), 0)::integer AS most_of_one_address
         FROM (SELECT count(*) FROM registry.certificates WHERE state = 'pending'
               GROUP BY ${addressBlock('first_address')}) AS of_address) pending,
       (
         SELECT coalesce(sum(mails), 0)::integer AS held_mails, coalesce(sum(bytes), 0)::bigint AS held_bytes,
                min(oldest_at) AS oldest_held_at
         FROM ledger.held_mail) held`,
      [recentMinutes, certificateWarningDays],
    );
    const [counts] = readRows(countsSchema, rows);
    if (counts === undefined) throw new Error('aggregates have one row');
    return toCounts(counts);
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

const toCounts = (counts: z.infer<typeof countsSchema>) => ({
  recent: { accepted: counts.accepted, finished: counts.finished, notExamined: counts.not_examined },
  failedJobs: { total: counts.failed_jobs, firstAt: counts.first_failed_at, lastAt: counts.last_failed_at },
  expiring: { total: counts.expiring, expired: counts.expired, first: firstToExpire(counts) },
  pendingRequests: { total: counts.pending, mostOfOneAddress: counts.most_of_one_address },
  held: { mails: counts.held_mails, bytes: counts.held_bytes, oldestAt: counts.oldest_held_at },
});

const firstToExpire = ({
  first_to_expire: sensorId,
  first_expires_at: notAfter,
}: z.infer<typeof countsSchema>): Situation['expiring']['first'] =>
  sensorId === null || notAfter === null ? null : { sensorId, notAfter };
