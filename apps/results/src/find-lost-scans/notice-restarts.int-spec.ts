import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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
import { until as untilWithin } from '@sluice/timing';
import amqp from 'amqplib';
import { jobOf } from '../accept-scans/accept-scans.query.js';
import { itemOf, type LedgerFixture, type System } from '../testing/ledger-fixture.js';
import { logger, LostWorkFixture } from '../testing/lost-work-fixture.js';
import { NoticeRestarts } from './notice-restarts.service.js';

const until = (holds: () => boolean | Promise<boolean>) => untilWithin(holds, 90_000);

let fixture: LostWorkFixture;
let rabbit: LostWorkFixture['rabbit'];
let ledger: LedgerFixture;
let system: System;
let results: Broker;
let gateway: Broker;
let published: Publication[];
let publishing: (publication: Publication) => Promise<void>;

const areConnected = () => until(() => results.isConnected && gateway.isConnected);

beforeAll(async () => {
  fixture = await LostWorkFixture.start();
  ({ rabbit, ledger, results, gateway } = fixture);
});
afterAll(async () => {
  await gateway?.close();
  await fixture?.stop();
});
beforeEach(async () => {
  await fixture.begin();
  ({ system } = fixture);
  publishing = (publication) => results.publish(publication);
  published = [];
});
afterEach(() => fixture.end());

/** As an instance of `results` has it; what it puts into job queues is kept in `published`. */
const noticing = (broker = results, queueType: JobQueueType = 'classic') =>
  new NoticeRestarts({
    database: ledger.database,
    queueType,
    logger,
    broker: {
      get isConnected() {
        return broker.isConnected;
      },
      queueDepth: (name) => broker.queueDepth(name),
      publish: async (publication) => {
        const sent = broker === results ? publishing(publication) : broker.publish(publication);
        if (publication.exchange === 'sluice.jobs') published.push(publication);
        await sent;
      },
    },
  });

/** So many scans as the ledger has them, with their jobs in the queue. */
async function wait(count: number, queue: JobQueueKind = 'light'): Promise<string[]> {
  const priority = queue === 'mail' ? jobPriorities.mail : jobPriorities.other;
  const rows = await ledger.rows<{ submission_id: string }>(
    `INSERT INTO ledger.scans (submission_id, registration_id, sensor_id, is_mail, instance, scan_id, is_shown, shown_state,
       state, object_key, sha256, size_bytes, object_type, rcpt_to, source_address, queue, priority, accepted_at, published_at)
     SELECT gen_random_uuid(), '${system.registrationId}', 's', false, '', null, false, 'processing', 'processing',
       '0123456789abcdef0123456789abcdef', repeat('a', 64), 1, 'file', '[]', 'a', '${queue}', ${priority}, clock_timestamp(), clock_timestamp()
     FROM generate_series(1, ${count}) RETURNING submission_id`,
  );
  const ids = rows.map((row) => row.submission_id);
  for (let from = 0; from < count; from += 500)
    await Promise.all(
      ids
        .slice(from, from + 500)
        .map((submissionId) =>
          gateway.publish(jobPublication(queue, priority, jobOf(itemOf(system, { submissionId })))),
        ),
    );
  return ids;
}

const depth = async (kind: JobQueueKind) =>
  (await results.queueDepth(jobQueue(kind, 'classic').name)).messages;
const restart = async (between: () => Promise<void> = async () => undefined) => {
  const [server] = rabbit.processes;
  server?.kill();
  await server?.stop();
  await between();
  await server?.start();
  await areConnected();
};
/**
 * What a restart takes: everything that is not persistent. That a real one does just this is what the first specs and
 * `broker-killed.proof-spec` show; the others would wait for it without learning more.
 */
const loseMessages = async () => {
  const connection = await amqp.connect(rabbit.adminUrl);
  const channel = await connection.createChannel();
  const queues = [jobQueue('light', 'classic'), jobQueue('mail', 'classic'), restartQueue('classic')];
  for (const { name } of queues) await channel.purgeQueue(name);
  await connection.close();
};
const wipe = async () => {
  const data = path.join(fixture.home, 'rabbitmq', 'data');
  for (const name of await readdir(data)) await rm(path.join(data, name), { recursive: true, force: true });
};
const allPublished = async (notice = noticing()) => {
  // It ends: what was published is not published once more.
  for (let turns = 1; await notice.publishAgain(); turns += 1) expect(turns).toBeLessThan(10);
  expect(await notice.isAnyLost()).toBe(false);
};
const idsOf = (publications: readonly Publication[]) =>
  publications.map(({ message }) => (message as Job).submissionId);

describe('a broker that restarted', () => {
  it('has lost the jobs that waited, and gets all of them again, each once, mail first', async () => {
    await noticing().publishAgain();
    const others = await wait(1000);
    const mails = await wait(50, 'mail');
    await restart();
    expect([await depth('light'), await depth('mail')]).toEqual([0, 0]);
    expect(await noticing().isAnyLost()).toBe(true);
    await allPublished();
    expect(idsOf(published.slice(0, 50)).sort()).toEqual([...mails].sort());
    expect(idsOf(published).sort()).toEqual([...others, ...mails].sort());
    expect([await depth('light'), await depth('mail')]).toEqual([1000, 50]);
  });

  it('and lost its data gets them too', async () => {
    await noticing().publishAgain();
    const ids = await wait(400);
    await restart(wipe);
    await allPublished();
    expect(idsOf(published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(400);
  });

  it('twice, the second time in the middle of it, gets all of them again', async () => {
    await noticing().publishAgain();
    const ids = await wait(1000);
    await loseMessages();
    const notice = noticing();
    expect(await notice.publishAgain()).toBe(true);
    expect(published).toHaveLength(300);
    await loseMessages();
    expect(await depth('light')).toBe(0);
    published = [];
    await allPublished();
    expect(idsOf(published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(1000);
  });

  it('gets what was accepted while it was away once, from its gateway', async () => {
    await noticing().publishAgain();
    await wait(10);
    await loseMessages();
    await allPublished();
    const after = await wait(10);
    await allPublished();
    expect(idsOf(published).filter((id) => after.includes(id))).toEqual([]);
    expect(await depth('light')).toBe(20);
  });
});

describe('an instance that ends', () => {
  it('before the marker stands again leaves the loss to the next one', async () => {
    await noticing().publishAgain();
    const ids = await wait(400);
    await loseMessages();
    publishing = () => Promise.reject(new Error('killed'));
    await expect(noticing().publishAgain()).rejects.toThrow('killed');
    publishing = (publication) => results.publish(publication);
    // Its word came all the same: the marker stands, what was to be published then is still to be.
    await results.publish({
      exchange: restartQueue('classic').exchange,
      routingKey: restartQueue('classic').routingKey,
      message: {},
      persistent: false,
    });
    await allPublished();
    expect(idsOf(published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(400);
    expect((await results.queueDepth(restartQueue('classic').name)).messages).toBe(1);
  });

  it('in the middle leaves the rest to the next one, published once', async () => {
    await noticing().publishAgain();
    const ids = await wait(700);
    await loseMessages();
    expect(await noticing().publishAgain()).toBe(true);
    await allPublished();
    expect(idsOf(published).sort()).toEqual([...ids].sort());
  });

  it('while the broker takes nothing tries again at the next turn', async () => {
    await noticing().publishAgain();
    await wait(5);
    await loseMessages();
    publishing = (publication) =>
      publication.exchange === 'sluice.jobs'
        ? Promise.reject(new Error('blocked'))
        : results.publish(publication);
    expect(await noticing().publishAgain()).toBe(false);
    publishing = (publication) => results.publish(publication);
    expect(await noticing().isAnyLost()).toBe(true);
    await allPublished();
    expect(await depth('light')).toBe(5);
  });
});

describe('a job that is published again', () => {
  it('counts as published when it was read, so that a restart before its note takes it as well', async () => {
    await noticing().publishAgain();
    await wait(1);
    await loseMessages();
    const times: string[] = [];
    publishing = async (publication) => {
      await results.publish(publication);
      if (publication.exchange !== 'sluice.jobs') return;
      const [row] = await ledger.rows<{ now: string }>('SELECT clock_timestamp()::text AS now');
      times.push(row?.now ?? '');
    };
    await allPublished();
    expect(times).toHaveLength(1);
    const before = await ledger.rows(`SELECT FROM ledger.scans WHERE published_at < '${times[0]}'`);
    expect(before).toHaveLength(1);
  });
});

describe('nothing is published twice', () => {
  it('when a gateway or an instance of results connects again', async () => {
    await noticing().publishAgain();
    await wait(20);
    await gateway.close();
    gateway = await fixture.connectAs('gateway');
    const other = await fixture.connectAs('results');
    fixture.cleanups.push(() => other.close());
    await until(() => gateway.isConnected && other.isConnected);
    expect(await noticing(other).isAnyLost()).toBe(false);
    expect(await noticing(other).publishAgain()).toBe(false);
    expect(await depth('light')).toBe(20);
    expect(published).toEqual([]);
  });

  it('the first time ever, when what waits was put there by the release before', async () => {
    await wait(20);
    expect(await noticing().isAnyLost()).toBe(true);
    expect(await noticing().publishAgain()).toBe(false);
    expect(await noticing().isAnyLost()).toBe(false);
    expect(published).toEqual([]);
  });

  it('of what waits for its next attempt or has its verdict', async () => {
    await noticing().publishAgain();
    const [waiting, done] = await wait(2);
    await ledger.database.query(
      `UPDATE ledger.scans SET not_before = now() + interval '1 hour' WHERE submission_id = $1`,
      [waiting],
    );
    await ledger.database.query(
      `UPDATE ledger.scans SET state = 'not detected', finished_at = now() WHERE submission_id = $1`,
      [done],
    );
    await loseMessages();
    await allPublished();
    expect(published).toEqual([]);
  });

  it('where job queues are quorum queues, which keep what waits in them', async () => {
    const queue = restartQueue('quorum');
    const connection = await amqp.connect(rabbit.adminUrl);
    const channel = await connection.createChannel();
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    await channel.bindQueue(queue.name, queue.exchange, queue.routingKey);
    await connection.close();
    fixture.cleanups.push(async () => {
      const again = await amqp.connect(rabbit.adminUrl);
      await (await again.createChannel()).deleteQueue(queue.name);
      await again.close();
    });
    const notice = noticing(results, 'quorum');
    await notice.publishAgain();
    // Stopped in order: the broker forgets a quorum queue that is seconds old when it is killed.
    const [server] = rabbit.processes;
    await server?.stop();
    await server?.start();
    await areConnected();
    // Its leader is elected first.
    await until(() => notice.isAnyLost().then((isAny) => !isAny));
    expect(await notice.isAnyLost()).toBe(false);
  });
});
