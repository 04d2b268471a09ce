import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Line } from '@sluice/broker/testing';
import { ledgerRpc, queues } from '@sluice/contracts';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import type { RpcClient } from './index.js';
import { isReady, registrationId, useRpc } from './testing/use-rpc.js';

const on = useRpc();
const { ask, clientTo, serve, serveLater } = on;

describe('requests', () => {
  it('are answered', async () => {
    await serve();
    await expect(ask()).resolves.toEqual({ ok: true });
  });

  it('that no one takes time out and expire on the broker, so that they are not carried out later', async () => {
    await expect(ask(100)).rejects.toMatchObject({ code: 'timeout' });
    const admin = await amqp.connect(on.rabbit.adminUrl);
    onTestFinished(() => admin.close());
    const channel = await admin.createChannel();
    await until(async () => (await channel.checkQueue(queues.ledgerRpc.name)).messageCount === 0);
    await serve();
    await expect(ask()).resolves.toEqual({ ok: true });
    expect(on.behaviour.asked).toBe(1);
  });

  it('tell the code of a fault, and nothing of an unexpected error', async () => {
    await serve();
    on.behaviour.next = 'refuse';
    await expect(ask()).rejects.toMatchObject({ code: 'remote', remoteCode: 'unavailable' });
    on.behaviour.next = 'break';
    await expect(ask()).rejects.toMatchObject({ code: 'remote', remoteCode: 'internal' });
    await expect(ask()).rejects.not.toThrow(/secret/);
  });

  it('with an answer the contract does not know are an error', async () => {
    await serve();
    on.behaviour.next = 'nonsense';
    await expect(ask()).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it('that do not fit the contract are refused before the handler', async () => {
    await serve();
    const bad = { registrationId: 'no uuid', instance: null };
    await expect(on.client.ask(ledgerRpc.deleteAllScans, bad, { timeoutMs: 60_000 })).rejects.toMatchObject({
      remoteCode: 'bad-request',
    });
    expect(on.behaviour.asked).toBe(0);
  });

  it('in the hands of an instance that dies go to another one', async () => {
    await serve();
    on.behaviour.next = 'hang';
    const answer = ask();
    await until(() => on.behaviour.asked === 1);
    on.behaviour.next = 'answer';
    await on.servers.shift()?.close();
    await serve();
    await expect(answer).resolves.toEqual({ ok: true });
  });

  it('whose body names another pattern than their routing key are refused', async () => {
    await serve();
    const connection = await amqp.connect(on.rabbit.urlFor('gateway'));
    const channel = await connection.createConfirmChannel();
    const body = {
      pattern: ledgerRpc.deleteAllScans.pattern,
      data: { registrationId, instance: null },
      id: '1',
    };
    channel.publish('sluice.rpc', ledgerRpc.report.pattern, Buffer.from(JSON.stringify(body)));
    await channel.waitForConfirms();
    await connection.close();
    await ask();
    expect(on.behaviour.asked).toBe(1);
  });
});

describe('a server that stops', () => {
  it('answers what it has in hand, and takes nothing more', async () => {
    const stopping = await serve();
    on.behaviour.next = 'slow';
    const answers = Array.from({ length: 8 }, () => ask());
    await until(() => on.behaviour.asked === 8);
    const stopped = on.servers.shift()?.close();
    await until(() => !isReady(stopping));
    on.behaviour.next = 'answer';
    await expect(ask(300)).rejects.toMatchObject({ code: 'timeout' });
    on.behaviour.letGo();
    for (const answer of answers) await expect(answer).resolves.toEqual({ ok: true });
    await stopped;
    expect(on.behaviour.asked).toBe(8);
  });

  it('with more answers on their way than it can be told of ends no process', async () => {
    await serve();
    const answers = Promise.allSettled(Array.from({ length: 400 }, () => ask()));
    await until(() => on.behaviour.asked > 100);
    await on.servers.shift()?.close();
    await serve();
    expect((await answers).map((one) => one.status)).not.toContain('rejected');
  });
});

describe('a restart of the broker', () => {
  it('ends waiting requests at once and needs nobody', async () => {
    const server = await serve();
    on.behaviour.next = 'hang';
    const waiting = ask(60_000);
    await until(() => on.behaviour.asked === 1);
    on.rabbit.processes[0]?.kill();
    await expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await expect(ask()).rejects.toMatchObject({ code: 'disconnected' });
    on.behaviour.next = 'answer';
    await until(() => on.client.isConnected && isReady(server));
    await expect(ask()).resolves.toEqual({ ok: true });
  });

  it('serves again after the queue itself was lost', async () => {
    await serve();
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteQueue(queues.ledgerRpc.name);
    await admin.close();
    // What is asked in between reaches no queue.
    const isAnswered = () =>
      ask(500).then(
        () => true,
        () => false,
      );
    await until(isAnswered);
  });
});

describe('a connection that breaks', () => {
  let line: Line;
  let url: string;
  let behindLine: RpcClient;
  const start = async (heartbeatSeconds = 60) => {
    behindLine = await clientTo(url, heartbeatSeconds);
  };
  beforeEach(async () => {
    line = new Line(on.rabbit.urlFor('gateway'));
    url = await line.open();
  });
  afterEach(async () => {
    await behindLine.close();
    await line.close();
  });

  it('takes requests along that had not arrived: nothing is sent later, behind callers who were told', async () => {
    await serve();
    await start();
    await until(() => behindLine.isConnected);
    line.hold();
    const bulk = { registrationId, instance: 'x'.repeat(5000) };
    const patience = { timeoutMs: 60_000 };
    const all = Array.from({ length: 1500 }, () => behindLine.ask(ledgerRpc.deleteAllScans, bulk, patience));
    const endings = Promise.allSettled([...all, ask(60_000, behindLine)]);
    // Later turns have had their chance to send.
    await new Promise((resolve) => setImmediate(resolve));
    line.break();
    for (const one of await endings)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'disconnected' } });
    await until(() => behindLine.isConnected);
    await expect(ask(60_000, behindLine)).resolves.toEqual({ ok: true });
    expect(on.behaviour.asked).toBe(1);
  });

  it('at any moment of its opening is opened again, and ends no process', async () => {
    for (const pieces of [0, 2, 3, 4]) {
      line.pieces = pieces;
      await start(1);
      // Long enough for what comes through to have come.
      await until(() => behindLine.isConnected, 300).catch(() => undefined);
      line.break();
      line.pieces = Number.POSITIVE_INFINITY;
      await until(() => behindLine.isConnected);
      await behindLine.close();
    }
  });

  it('at any moment of the opening at the side that serves is opened again as well', async () => {
    const own = new Line(on.rabbit.urlFor('results'));
    const served = await own.open();
    for (const pieces of [0, 2, 3, 4, 5, 7]) {
      own.pieces = pieces;
      const server = await serveLater(served);
      await until(() => isReady(server), 300).catch(() => undefined);
      own.break();
      own.pieces = Number.POSITIVE_INFINITY;
      await until(() => isReady(server));
      await server.close();
    }
    await own.close();
    await start();
  });

  it('ends waiting requests as what they are when the client is closed, also while the broker is silent', async () => {
    await serve();
    await start();
    await until(() => behindLine.isConnected);
    on.behaviour.next = 'hang';
    const waiting = ask(60_000, behindLine);
    const ending = expect(waiting).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => on.behaviour.asked === 1);
    line.hold();
    await behindLine.close();
    await ending;
  });

  it('for an exchange that was lost is made again, and works once it is declared', async () => {
    await start();
    await until(() => behindLine.isConnected);
    const admin = await amqp.connect(on.rabbit.adminUrl);
    const channel = await admin.createChannel();
    await channel.deleteExchange('sluice.rpc');
    await expect(ask(60_000, behindLine)).rejects.toMatchObject({ code: 'disconnected' });
    await serve();
    await channel.bindQueue(queues.sightings.name, 'sluice.rpc', queues.sightings.routingKey);
    await admin.close();
    await until(() =>
      ask(2000, behindLine).then(
        () => true,
        () => false,
      ),
    );
  });
});
