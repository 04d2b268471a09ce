import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  exchanges,
  queues,
  type AcceptItem,
  type Verdict,
  type VerdictQueueMessage,
} from '@sluice/contracts';
import { openObjectStore } from '@sluice/object-store';
import { findFreePort } from '@sluice/private-servers';
import { readConfig, runSteps } from '@sluice/runtime';
import { until } from '@sluice/timing';
import amqp from 'amqplib';
import { resultsConfigSchema } from '../results.config.js';
import { startResults } from '../start-results.js';
import { verdictOf } from '../testing/ledger-fixture.js';
import { heartbeatSeconds, logger, LostWorkFixture } from '../testing/lost-work-fixture.js';

const root = path.resolve(import.meta.dirname, '../../../..');

let fixture: LostWorkFixture;
beforeAll(async () => {
  fixture = await LostWorkFixture.start();
});
afterAll(() => fixture?.stop());
beforeEach(() => fixture.begin());
afterEach(() => fixture.end());

interface Scanner {
  readonly child: ChildProcess;
  isReady(): Promise<boolean>;
  jobsTaken(): Promise<number>;
}

/** A real one with an engine that takes so long; `deny` makes its verdict another one than everybody else's. */
async function startScanner(name: string, env: Readonly<Record<string, string>>): Promise<Scanner> {
  const port = await findFreePort();
  const child = spawn(process.execPath, [path.join(root, 'apps/scanner/dist/main.js')], {
    stdio: 'ignore',
    env: {
      NODE_ENV: 'test',
      INSTANCE: name,
      MANAGEMENT_PORT: String(port),
      LOG_LEVEL: 'silent',
      AMQP_URL: fixture.rabbit.urlFor('scanner'),
      OBJECT_STORE_URL: `file://${fixture.home}/objects`,
      ...env,
    },
  });
  fixture.cleanups.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady);
  const jobsTaken = async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return Number(/^sluice_scanner_messages_total\{[^}]*kind="job"[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  };
  return { child, isReady, jobsTaken };
}

/** Every verdict that is published, from now on. */
async function tapVerdicts(): Promise<Verdict[]> {
  const seen: Verdict[] = [];
  const connection = await amqp.connect(fixture.rabbit.adminUrl);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchanges.verdicts.name, queues.verdicts.routingKey);
  const take = (message: amqp.ConsumeMessage | null) => {
    const said = JSON.parse(String(message?.content)) as VerdictQueueMessage;
    if (said.kind === 'verdict') seen.push(said);
    if (said.kind === 'verdicts') seen.push(...said.verdicts);
  };
  await channel.consume(queue, take, { noAck: true });
  fixture.cleanups.push(() => connection.close());
  return seen;
}

async function startLedger(): Promise<void> {
  const env = {
    AMQP_URL: fixture.rabbit.urlFor('results'),
    AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds),
    MANAGEMENT_PORT: '0',
    INSTANCE: 'results-1',
    DATABASE_URL: fixture.ledger.url,
    OBJECT_STORE_URL: `file://${fixture.home}/objects`,
  };
  const service = await startResults(readConfig(resultsConfigSchema, env), logger);
  fixture.cleanups.push(() => runSteps(logger, service.stopSteps));
}

/** In the store, and accepted. */
async function acceptStored(): Promise<AcceptItem> {
  const store = await openObjectStore(`file://${fixture.home}/objects`);
  const bytes = randomBytes(100);
  const writer = await store.create();
  await writer.write(bytes);
  await writer.commit();
  await store.close();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const [item] = await fixture.accept(1, { objectKey: writer.key, sha256, sizeBytes: bytes.length });
  return item as AcceptItem;
}

describe('a paused scanner', () => {
  it('that wakes up after others did its work changes nothing, whatever it found', async () => {
    const { ledger } = fixture;
    await ledger.set('allowTestSignatures', true);
    await startLedger();
    const verdicts = await tapVerdicts();
    const [one, two] = [await acceptStored(), await acceptStored()];
    const deny = path.join(fixture.home, 'deny.txt');
    await writeFile(deny, `${one.sha256} Test.Denied\n${two.sha256} Test.Denied\n`);

    const paused = await startScanner('paused', {
      // Long enough that it is paused before the first is through, however late a busy machine does that.
      SCANNER_STAND_IN_ENGINE_MS: '10000',
      HASH_DENY_FILE: deny,
      // The broker gives its work to others once it missed some.
      AMQP_HEARTBEAT_SECONDS: '2',
    });
    await fixture.publish([one, two]);
    // What lies unread in its socket when it is paused is gone with the connection. It may have had them twice, if the machine was slow.
    await until(async () => (await paused.jobsTaken()) >= 2);
    paused.child.kill('SIGSTOP');
    const awake = { SCANNER_STAND_IN_ENGINE_MS: '10', AMQP_HEARTBEAT_SECONDS: String(heartbeatSeconds) };
    await startScanner('awake', awake);
    await until(() => fixture.isSettled());
    const everything = () =>
      ledger.rows(`SELECT s.*, (SELECT count(*) FROM ledger.alerts) AS alerts, (SELECT count(*) FROM ledger.outbox) AS notices,
        (SELECT count(*) FROM ledger.kept_objects) AS kept FROM ledger.scans s ORDER BY seq`);
    const before = await everything();
    expect(before.map((row) => [row['state'], row['alerts']])).toEqual([
      ['not detected', 0],
      ['not detected', 0],
    ]);

    paused.child.kill('SIGCONT');
    const late = () =>
      verdicts.filter(({ scanner: by }) => by === 'paused').map((verdict) => verdict.outcome);
    await until(() => late().length >= 2);
    expect(late()).not.toContain('clean');
    // What comes after them is recorded after them.
    await until(async () => (await fixture.depth(queues.verdicts)) === 0);
    await fixture.say(verdictOf(await acceptStored(), 'clean'));
    await until(() => fixture.isSettled());
    expect((await everything()).slice(0, 2)).toEqual(before);
    await until(paused.isReady);
  });
});
