import { Injectable } from '@nestjs/common';
import {
  statusOf,
  summariseCauses,
  type Cause,
  type Health,
  type ServiceInstance,
} from '@sluice/console-api';
import { formatFingerprint } from '@sluice/contracts';
import type { Instance } from '../instances/instance.query.js';
import { CauseHistoryStore } from './cause-history.store.js';
import type { FoundCause } from './cause-texts.js';
import { oldestMailSeconds, oldestSeconds } from './causes/queue-causes.js';
import { findCauses } from './find-causes.js';
import { LoadStore } from '../statistics/load.store.js';
import type { Situation } from './situation.js';
import { SituationQuery } from './situation.query.js';

/** The one source of what is wrong: pages, badges, the command line and the history show what this finds. */
@Injectable()
export class HealthService {
  constructor(
    private readonly situation: SituationQuery,
    private readonly history: CauseHistoryStore,
    private readonly load: LoadStore,
  ) {}

  async show(): Promise<Health> {
    const [situation, begun] = await Promise.all([this.situation.read(), this.history.open()]);
    const causes = findCauses(situation).map((cause) => dated(cause, begun));
    return {
      status: statusOf(causes),
      summary: summariseCauses(causes),
      causes,
      instances: situation.instances.map(toInstance),
      queues: [...situation.queues],
      oldestWaitingSeconds: oldestSeconds(situation.queues),
      oldestWaitingMailSeconds: oldestMailSeconds(situation.queues),
      rescanWave: situation.rescanWave,
    };
  }

  /** Run every few seconds; answers what it saw. */
  async watch(): Promise<Situation> {
    const situation = await this.situation.read();
    await this.history.record(findCauses(situation));
    await this.load.record(situation.queues, situation.instances);
    return situation;
  }
}

/** What a cause says of itself is older or more exact than when it was first seen. */
const dated = (cause: FoundCause, begun: ReadonlyMap<string, Date>): Cause => ({
  ...cause,
  since: (cause.since ?? begun.get(cause.id))?.toISOString() ?? null,
});

const toInstance = (one: Instance): ServiceInstance => ({
  service: one.service,
  instance: one.instance,
  version: one.version,
  state: one.isAnswering ? (one.is_ready ? 'ready' : 'not ready') : 'not answering',
  problems: one.problems,
  startedAt: one.started_at.toISOString(),
  seenAt: one.seen_at.toISOString(),
  busySlots: one.busy_slots,
  slots: one.slots,
  engines: [...one.engines],
  certificateFingerprint:
    one.certificate_fingerprint === null ? null : formatFingerprint(one.certificate_fingerprint),
  certificateNotAfter: one.certificate_not_after?.toISOString() ?? null,
  isLoopback: one.is_loopback,
});
