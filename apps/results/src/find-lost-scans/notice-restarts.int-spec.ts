import { describe, expect, it } from 'vitest';
import { restartQueue } from '@sluice/contracts';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { idsOf, useRestarts } from '../testing/use-restarts.js';

const on = useRestarts();
const { allPublished, areConnected, depth, loseMessages, noticing, restart, wait, wipe } = on;

describe('a broker that restarted', () => {
  it('has lost the jobs that waited, and gets all of them again, each once, mail first', async () => {
    await noticing().publishAgain();
    const others = await wait(1000);
    const mails = await wait(50, 'mail');
    await restart();
    expect([await depth('light'), await depth('mail')]).toEqual([0, 0]);
    expect(await noticing().isAnyLost()).toBe(true);
    await allPublished();
    expect(idsOf(on.published.slice(0, 50)).sort()).toEqual([...mails].sort());
    expect(idsOf(on.published).sort()).toEqual([...others, ...mails].sort());
    expect([await depth('light'), await depth('mail')]).toEqual([1000, 50]);
  });

  it('and lost its data gets them too', async () => {
    await noticing().publishAgain();
    const ids = await wait(400);
    await restart(wipe);
    await allPublished();
    expect(idsOf(on.published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(400);
  });

  it('twice, the second time in the middle of it, gets all of them again', async () => {
    await noticing().publishAgain();
    const ids = await wait(1000);
    await loseMessages();
    const notice = noticing();
    expect(await notice.publishAgain()).toBe(true);
    expect(on.published).toHaveLength(300);
    await loseMessages();
    expect(await depth('light')).toBe(0);
    on.published = [];
    await allPublished();
    expect(idsOf(on.published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(1000);
  });

  it('gets what was accepted while it was away once, from its gateway', async () => {
    await noticing().publishAgain();
    await wait(10);
    await loseMessages();
    await allPublished();
    const after = await wait(10);
    await allPublished();
    expect(idsOf(on.published).filter((id) => after.includes(id))).toEqual([]);
    expect(await depth('light')).toBe(20);
  });
});

describe('an instance that ends', () => {
  it('before the marker stands again leaves the loss to the next one', async () => {
    await noticing().publishAgain();
    const ids = await wait(400);
    await loseMessages();
    on.publishing = () => Promise.reject(new Error('killed'));
    await expect(noticing().publishAgain()).rejects.toThrow('killed');
    on.publishing = (publication) => on.results.publish(publication);
    // Its word came all the same: the marker stands, what was to be published then is still to be.
    await on.results.publish({
      exchange: restartQueue('classic').exchange,
      routingKey: restartQueue('classic').routingKey,
      message: {},
      persistent: false,
    });
    await allPublished();
    expect(idsOf(on.published).sort()).toEqual([...ids].sort());
    expect(await depth('light')).toBe(400);
    expect((await on.results.queueDepth(restartQueue('classic').name)).messages).toBe(1);
  });

  it('in the middle leaves the rest to the next one, published once', async () => {
    await noticing().publishAgain();
    const ids = await wait(700);
    await loseMessages();
    expect(await noticing().publishAgain()).toBe(true);
    await allPublished();
    expect(idsOf(on.published).sort()).toEqual([...ids].sort());
  });

  it('while the broker takes nothing tries again at the next turn', async () => {
    await noticing().publishAgain();
    await wait(5);
    await loseMessages();
    on.publishing = (publication) =>
      publication.exchange === 'sluice.jobs'
        ? Promise.reject(new Error('blocked'))
        : on.results.publish(publication);
    expect(await noticing().publishAgain()).toBe(false);
    on.publishing = (publication) => on.results.publish(publication);
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
    on.publishing = async (publication) => {
      await on.results.publish(publication);
      if (publication.exchange !== 'sluice.jobs') return;
      const [row] = await on.ledger.rows<{ now: string }>('SELECT clock_timestamp()::text AS now');
      times.push(row?.now ?? '');
    };
    await allPublished();
    expect(times).toHaveLength(1);
    const before = await on.ledger.rows(`SELECT FROM ledger.scans WHERE published_at < '${times[0]}'`);
    expect(before).toHaveLength(1);
  });
});

describe('nothing is published twice', () => {
  it('when a gateway or an instance of results connects again', async () => {
    await noticing().publishAgain();
    await wait(20);
    await on.gateway.close();
    on.gateway = await on.fixture.connectAs('gateway');
    const other = await on.fixture.connectAs('results');
    on.fixture.cleanups.push(() => other.close());
    await until(() => on.gateway.isConnected && other.isConnected);
    expect(await noticing(other).isAnyLost()).toBe(false);
    expect(await noticing(other).publishAgain()).toBe(false);
    expect(await depth('light')).toBe(20);
    expect(on.published).toEqual([]);
  });

  it('the first time ever, when what waits was put there by the release before', async () => {
    await wait(20);
    expect(await noticing().isAnyLost()).toBe(true);
    expect(await noticing().publishAgain()).toBe(false);
    expect(await noticing().isAnyLost()).toBe(false);
    expect(on.published).toEqual([]);
  });

  it('of what waits for its next attempt or has its verdict', async () => {
    await noticing().publishAgain();
    const [waiting, done] = await wait(2);
    await on.ledger.database.query(
      `UPDATE ledger.scans SET not_before = now() + interval '1 hour' WHERE submission_id = $1`,
      [waiting],
    );
    await on.ledger.database.query(
      `UPDATE ledger.scans SET state = 'not detected', finished_at = now() WHERE submission_id = $1`,
      [done],
    );
    await loseMessages();
    await allPublished();
    expect(on.published).toEqual([]);
  });

  it('where job queues are quorum queues, which keep what waits in them', async () => {
    const queue = restartQueue('quorum');
    const connection = await amqp.connect(on.rabbit.adminUrl);
    const channel = await connection.createChannel();
    await channel.assertQueue(queue.name, { durable: true, arguments: queue.arguments });
    await channel.bindQueue(queue.name, queue.exchange, queue.routingKey);
    await connection.close();
    on.fixture.cleanups.push(async () => {
      const again = await amqp.connect(on.rabbit.adminUrl);
      await (await again.createChannel()).deleteQueue(queue.name);
      await again.close();
    });
    const notice = noticing(on.results, 'quorum');
    await notice.publishAgain();
    // Stopped in order: the broker forgets a quorum queue that is seconds old when it is killed.
    const [server] = on.rabbit.processes;
    await server?.stop();
    await server?.start();
    await areConnected();
    // Its leader is elected first.
    await until(() => notice.isAnyLost().then((isAny) => !isAny));
    expect(await notice.isAnyLost()).toBe(false);
  });
});
