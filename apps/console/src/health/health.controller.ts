import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { formatFingerprint } from '@sluice/contracts';
import type { Database } from '@sluice/database';
import { currentSettings } from '../settings/settings.store.js';
import { databaseToken } from '../connections/connection-tokens.js';
import { AllowReading } from '../api/caller.js';
import { certificateWarningDays, findTroubles, type ExpiringCertificate } from './find-problems.js';
import { InstanceQuery, type Instance } from '../instances/instance.query.js';
import { QueueQuery } from './queue.query.js';

const mostExpiring = 20;

@ApiTags('health')
@Controller('api/health')
export class HealthController {
  constructor(
    private readonly instances: InstanceQuery,
    private readonly queues: QueueQuery,
    @Inject(databaseToken) private readonly database: Database,
  ) {}

  /** `status` is `ok` when `problems` is empty. */
  @Get()
  @AllowReading()
  async show() {
    const [instances, queues, settings, expiring] = await Promise.all([
      this.instances.list(),
      this.queues.list(),
      currentSettings(this.database),
      this.expiring(),
    ]);
    const troubles = findTroubles({ instances, settings, expiring, nowMs: Date.now() });
    const problems = troubles.map(({ problem }) => problem);
    const ages = queues.flatMap((one) => (one.oldestAgeSeconds === null ? [] : [one.oldestAgeSeconds]));
    return {
      status: problems.length === 0 ? 'ok' : 'degraded',
      problems,
      /** The same sentences with where, since when and what to do. */
      troubles: troubles.map((one) => ({ ...one, since: one.since?.toISOString() ?? null })),
      instances: instances.map(toInstance),
      queues,
      oldestWaitingSeconds: ages.length === 0 ? null : Math.max(...ages),
    };
  }

  private async expiring(): Promise<ExpiringCertificate[]> {
    const { rows } = await this.database.query<ExpiringCertificate>(
      `SELECT sensor_id AS "sensorId", not_after AS "notAfter" FROM registry.certificates
       WHERE state = 'accepted' AND not_after < now() + make_interval(days => $1)
       ORDER BY not_after LIMIT ${mostExpiring}`,
      [certificateWarningDays],
    );
    return rows;
  }
}

const toInstance = (one: Instance) => ({
  service: one.service,
  instance: one.instance,
  version: one.version,
  state: one.isAnswering ? (one.is_ready ? 'ready' : 'not ready') : 'not answering',
  problems: one.problems,
  startedAt: one.started_at.toISOString(),
  seenAt: one.seen_at.toISOString(),
  busySlots: one.busy_slots,
  slots: one.slots,
  engines: one.engines,
  certificateFingerprint:
    one.certificate_fingerprint === null ? null : formatFingerprint(one.certificate_fingerprint),
  certificateNotAfter: one.certificate_not_after?.toISOString() ?? null,
  isLoopback: one.is_loopback,
});
