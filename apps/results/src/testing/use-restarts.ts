import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Broker, Publication } from '@sluice/broker';
import {
  jobPriorities,
  jobPublication,
  jobQueue,
  restartQueue,
  type Job,
  type JobQueueKind,
  type JobQueueType,
} from '@sluice/contracts';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { NoticeRestarts } from '../find-lost-scans/notice-restarts.service.js';
import { itemOf, type LedgerFixture, type System } from './ledger-fixture.js';
import { logger, LostWorkFixture } from './lost-work-fixture.js';

/** A broker that loses what waits in it, and instances of `results` that notice. */
export class Restarts {
  fixture!: LostWorkFixture;
  rabbit!: LostWorkFixture['rabbit'];
  ledger!: LedgerFixture;
  system!: System;
  results!: Broker;
  gateway!: Broker;
  /** What was put into job queues. */
  published: Publication[] = [];
  publishing!: (publication: Publication) => Promise<void>;

  areConnected = () => until(() => this.results.isConnected && this.gateway.isConnected);

  /** As an instance of `results` has it; what it puts into job queues is kept in `published`. */
  noticing = (broker = this.results, queueType: JobQueueType = 'classic') =>
    new NoticeRestarts({
      database: this.ledger.database,
      queueType,
      logger,
      broker: {
        get isConnected() {
          return broker.isConnected;
        },
        queueDepth: (name) => broker.queueDepth(name),
        publish: async (publication) => {
          const sent = broker === this.results ? this.publishing(publication) : broker.publish(publication);
          if (publication.exchange === 'sluice.jobs') this.published.push(publication);
          await sent;
        },
      },
    });

  /** So many scans as the ledger has them, with their jobs in the queue. */
  wait = async (count: number, queue: JobQueueKind = 'light'): Promise<string[]> => {
    const priority = queue === 'mail' ? jobPriorities.mail : jobPriorities.other;
    const rows = await this.ledger.rows<{ submission_id: string }>(
      `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
         state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
       SELECT gen_random_uuid(), '${this.system.registrationId}', 's', false, '', null, false, 'processing', 'processing',
         '0123456789abcdef0123456789abcdef', repeat('a', 64), 1, 'file', '[]', 'a', '${queue}', ${priority}, clock_timestamp(), clock_timestamp()
       FROM generate_series(1, ${count}) RETURNING submission_id`,
    );
    const ids = rows.map((row) => row.submission_id);
    const publish = (submissionId: string) =>
      this.gateway.publish(jobPublication(queue, priority, jobOf(itemOf(this.system, { submissionId }))));
    for (let from = 0; from < count; from += 500) await Promise.all(ids.slice(from, from + 500).map(publish));
    return ids;
  };

  depth = async (kind: JobQueueKind) =>
    (await this.results.queueDepth(jobQueue(kind, 'classic').name)).messages;

  restart = async (between: () => Promise<void> = async () => undefined) => {
    const [server] = this.rabbit.processes;
    server?.kill();
    await server?.stop();
    try {
      await between();
    } finally {
      await server?.start();
    }
    await this.areConnected();
  };

  /**
   * What a restart takes: everything that is not persistent. That a real one does just this is what the first specs and
   * `broker-killed.proof-spec` show; the others would wait for it without learning more.
   */
  loseMessages = async () => {
    const connection = await amqp.connect(this.rabbit.adminUrl);
    const channel = await connection.createChannel();
    const queues = [jobQueue('light', 'classic'), jobQueue('mail', 'classic'), restartQueue('classic')];
    for (const { name } of queues) await channel.purgeQueue(name);
    await connection.close();
  };

  wipe = async () => {
    const data = path.join(this.fixture.home, 'rabbitmq', 'data');
    for (const name of await readdir(data)) await rm(path.join(data, name), { recursive: true, force: true });
  };

  allPublished = async (notice = this.noticing()) => {
    // It ends: what was published is not published once more.
    for (let turns = 1; await notice.publishAgain(); turns += 1) expect(turns).toBeLessThan(10);
    expect(await notice.isAnyLost()).toBe(false);
  };
}

export const idsOf = (publications: readonly Publication[]) =>
  publications.map(({ message }) => (message as Job).submissionId);

/** On a broker of a suite's own. */
export function useRestarts(): Restarts {
  const on = new Restarts();
  beforeAll(async () => {
    on.fixture = await LostWorkFixture.start();
    const { rabbit, ledger, results, gateway } = on.fixture;
    Object.assign(on, { rabbit, ledger, results, gateway });
  });
  afterAll(async () => {
    await on.gateway?.close();
    await on.fixture?.stop();
  });
  beforeEach(async () => {
    await on.fixture.begin();
    on.system = on.fixture.system;
    on.publishing = (publication) => on.results.publish(publication);
    on.published = [];
  });
  afterEach(() => on.fixture.end());
  return on;
}
