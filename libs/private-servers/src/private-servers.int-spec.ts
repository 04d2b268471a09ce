import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumerTimeoutMs, declaredQueues, exchanges, jobQueue } from '@sluice/contracts';
import amqp from 'amqplib';
import pg from 'pg';
import { pollUntil } from '@sluice/timing';
import { startPrivateClamd, type PrivateClamd } from './clamd/private-clamd.js';
import { startPrivatePostgres, type PrivatePostgres } from './postgres/private-postgres.js';
import { isOurBroker, isRegistered } from './rabbitmq/probe-broker.js';
import { findRabbitProgram, startPrivateRabbit, type PrivateRabbit } from './rabbitmq/private-rabbit.js';
import { eicarText } from './clamd/test-signatures.js';

let home: string;
beforeAll(() => {
  // With a blank and what else people name folders by: the servers have to bear it.
  home = mkdtempSync(path.join(tmpdir(), 'sluice ä (servers), a+b=c@d&-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const patience = { timeoutMs: 120_000, intervalMs: 100 };
const modeOf = (file: string): number => statSync(path.join(home, file)).mode & 0o777;

describe('a private PostgreSQL', () => {
  let postgres: PrivatePostgres;
  const query = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  };
  beforeAll(async () => {
    postgres = await startPrivatePostgres({ home });
  });
  afterAll(() => postgres?.stop());

  it('lets no one in without the password', async () => {
    const url = postgres.urlFor('sluice_admin', 'wrong');
    await expect(query(url, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });
  it('keeps what it committed, also over a crash', async () => {
    const [row] = await query(postgres.adminUrl, `SELECT current_setting('fsync') AS fsync`);
    expect(row).toEqual({ fsync: 'on' });
    await query(postgres.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    postgres.processes[0]?.kill();
    const isBack = (): Promise<boolean> =>
      query(postgres.adminUrl, 'SELECT value FROM kept').then(([kept]) => kept?.['value'] === 7);
    expect(await pollUntil(isBack, patience)).toBe(true);
  });
  it('continues on the same port with the same data when it is started again', async () => {
    const { port } = postgres;
    await postgres.stop();
    postgres = await startPrivatePostgres({ home });
    expect(postgres.port).toBe(port);
    expect(await query(postgres.adminUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
  it('has its passwords where only this user can read them', () => {
    expect(modeOf('secrets')).toBe(0o700);
    expect(modeOf('secrets/postgres-password')).toBe(0o600);
  });
});

describe('a private RabbitMQ', () => {
  let rabbit: PrivateRabbit;
  beforeAll(async () => {
    rabbit = await startPrivateRabbit({ home });
  });
  afterAll(() => rabbit?.stop());

  it('has every queue of the topology from its first moment', async () => {
    const connection = await amqp.connect(rabbit.adminUrl);
    const channel = await connection.createChannel();
    for (const { name } of declaredQueues('classic')) {
      expect((await channel.checkQueue(name)).queue).toBe(name);
    }
    await connection.close();
  });
  it('lets other nodes in by a random cookie, which the broker alone reads', () => {
    const cookie = path.join(home, 'rabbitmq/erlang/.erlang.cookie');
    expect(readFileSync(cookie, 'utf8')).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(cookie).mode & 0o077).toBe(0);
  });
  it('knows no guest', async () => {
    await expect(amqp.connect(`amqp://guest:guest@127.0.0.1:${rabbit.port}`)).rejects.toThrow(
      'ACCESS-REFUSED',
    );
  });
  it('lets a gateway publish jobs and requests of its own, and nothing else', async () => {
    expect(await publish(rabbit.urlFor('gateway'), exchanges.jobs.name, 'light')).toBe('taken');
    expect(await publish(rabbit.urlFor('gateway'), exchanges.rpc.name, 'ledger.gateway.accept')).toBe(
      'taken',
    );
    expect(await publish(rabbit.urlFor('gateway'), exchanges.rpc.name, 'ledger.scanner.begin')).toMatch(
      /403/,
    );
    expect(await publish(rabbit.urlFor('gateway'), exchanges.verdicts.name, 'verdict')).toMatch(/403/);
  });
  it('listens on loopback only, its port mapper too', () => {
    const listening = execFileSync('ss', ['-ltnpH'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => rabbit.processes.some(({ pid }) => line.includes(`pid=${pid},`)))
      .map((line) => line.split(/\s+/)[3] ?? '');
    expect(listening.length).toBeGreaterThanOrEqual(3);
    expect(listening.filter((address) => !/^(127\.0\.0\.1|\[::1\]):/.test(address))).toEqual([]);
  });
  it('comes back with its durable messages on the same port after a crash', async () => {
    await publish(rabbit.urlFor('gateway'), exchanges.jobs.name, 'heavy');
    rabbit.processes[0]?.kill();
    const hasMessage = async (): Promise<boolean> => {
      const connection = await amqp.connect(rabbit.adminUrl);
      const channel = await connection.createChannel();
      const { messageCount } = await channel.checkQueue(jobQueue('heavy', 'classic').name);
      await connection.close();
      return messageCount === 1;
    };
    expect(await pollUntil(hasMessage, patience)).toBe(true);
  });
  it('is known to its port mapper again after that was killed', async () => {
    const portOf = (name: string): number => Number(readFileSync(path.join(home, 'ports', name), 'utf8'));
    const ports = { epmdPort: portOf('epmd'), distributionPort: portOf('rabbitmq-distribution') };
    const mapper = rabbit.processes[1];
    const killed = mapper?.pid;
    mapper?.kill();
    const isKnown = async (): Promise<boolean> =>
      mapper?.pid !== undefined && mapper.pid !== killed && isRegistered(ports);
    expect(await pollUntil(isKnown, patience)).toBe(true);
  });
  it('goes by its settings, and loads what is called alone', async () => {
    const asked = `{application:get_env(rabbit, consumer_timeout), application:get_env(rabbit, disk_free_limit),
      application:get_env(aten, heartbeat_interval), element(1, application:get_key(xmerl, vsn)),
      code:is_loaded(xmerl_scan), application:get_key(xmerl, modules),
      rabbit_disk_monitor:get_max_check_interval(), whereis(rabbit_epmd_monitor)}.`;
    const control = path.join(path.dirname(findRabbitProgram() ?? ''), 'rabbitmqctl');
    const { stdout } = await promisify(execFile)(control, ['--node', 'sluice@localhost', 'eval', asked], {
      env: {
        ...process.env,
        HOME: path.join(home, 'rabbitmq/erlang'),
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        ERL_EPMD_PORT: readFileSync(path.join(home, 'ports/epmd'), 'utf8').trim(),
        // Schedulers that spin where others wait for the processor took minutes.
        ERL_FLAGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
      },
    });
    expect(stdout.replace(/\s/g, '')).toBe(
      `{{ok,${consumerTimeoutMs}},{ok,200000000},{ok,60000},ok,false,{ok,[]},60000,undefined}`,
    );
  });
});

/** `taken`, or the broker's refusal. */
async function publish(url: string, exchange: string, routingKey: string): Promise<string> {
  const connection = await amqp.connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  const closed = new Promise<string>((resolve) =>
    channel.once('error', (error: Error) => resolve(error.message)),
  );
  const taken = new Promise<string>((resolve) => {
    channel.publish(exchange, routingKey, Buffer.from('{}'), { persistent: true }, (error: unknown) => {
      if (error === null || error === undefined) resolve('taken');
    });
  });
  const outcome = await Promise.race([taken, closed]);
  await connection.close();
  return outcome;
}

describe('a private RabbitMQ whose ports of the last time are of no use', () => {
  it('starts when its ports had all become one, and when another system has them now', async () => {
    const [one, other] = ['one', 'other'].map((name) => path.join(home, name)) as [string, string];
    for (const name of ['rabbitmq', 'rabbitmq-distribution', 'epmd']) keep(one, name, 23_456);
    const first = await startPrivateRabbit({ home: one });
    try {
      for (const name of ['rabbitmq', 'rabbitmq-distribution', 'epmd'])
        keep(other, name, Number(readFileSync(path.join(one, 'ports', name), 'utf8')));
      const second = await startPrivateRabbit({ home: other });
      expect(second.port).not.toBe(first.port);
      await second.stop();
    } finally {
      await first.stop();
    }
  });

  function keep(state: string, name: string, port: number): void {
    mkdirSync(path.join(state, 'ports'), { recursive: true });
    writeFileSync(path.join(state, 'ports', name), `${port}\n`);
  }
});

describe('the probe of a broker', () => {
  it('takes no other broker for ours, and shows it no password', async () => {
    const said: Buffer[] = [];
    // A connection.start of somebody else's: its cluster_name is not ours.
    const payload = Buffer.from(
      '\u0000\u000a\u0000\u000a\u0000\u0009..\u000ccluster_nameS\u0000\u0000\u0000\u0005other',
      'latin1',
    );
    const head = Buffer.from([1, 0, 0, 0, 0, 0, payload.length]);
    const stranger = createServer((socket) => {
      socket.on('data', (chunk) => said.push(chunk));
      socket.write(Buffer.concat([head, payload, Buffer.from([0xce])]));
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const probe = isOurBroker({
      port,
      clusterName: 'sluice-ours',
      url: `amqp://u:password@127.0.0.1:${port}`,
    });
    await expect(probe).rejects.toThrow(`another broker answers on port ${port}`);
    await new Promise((resolve) => stranger.close(resolve));
    expect(Buffer.concat(said).toString('latin1')).not.toContain('password');
  });
});

describe('a state directory in a place the servers could not bear', () => {
  it.each(["it's", 'a"b', 'a#b', 'a$b', 'a\\b', 'a%b', 'a\nb'])(
    '%j is refused at once, with the reason',
    async (name) => {
      for (const start of [startPrivateRabbit, startPrivateClamd, startPrivatePostgres])
        await expect(start({ home: path.join(home, name) })).rejects.toThrow(/cannot be in .* in a path/);
    },
  );
});

describe('a private clamd', () => {
  let clamd: PrivateClamd;
  const ask = (command: string, object?: Buffer): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(clamd.url.slice('unix:'.length));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
      socket.once('close', () => resolve(answer.replaceAll('\0', '')));
      socket.once('error', reject);
      socket.write(`z${command}\0`);
      if (object === undefined) return;
      const size = Buffer.alloc(4);
      size.writeUInt32BE(object.length);
      socket.write(Buffer.concat([size, object, Buffer.alloc(4)]));
    });
  const scan = (object: Buffer | string): Promise<string> => ask('INSTREAM', Buffer.from(object));
  beforeAll(async () => {
    clamd = await startPrivateClamd({ home, officialDatabase: null });
  });
  afterAll(() => clamd?.stop());

  it('detects the EICAR test file, and nothing in other bytes', async () => {
    expect(clamd.isTestSignatures).toBe(true);
    expect(await scan(eicarText())).toMatch(/Sluice\.Test\.EICAR\S* FOUND/);
    expect(await scan('%PDF-1.4 nothing here')).toBe('stream: OK');
  });
  it('detects it inside a mail', async () => {
    const attachment = Buffer.from(eicarText()).toString('base64');
    const headers = ['From: a@example.org', 'To: b@example.org', 'Subject: x', 'MIME-Version: 1.0'];
    const type = ['Content-Type: application/octet-stream; name=a.com', 'Content-Transfer-Encoding: base64'];
    expect(await scan([...headers, ...type, '', attachment, ''].join('\r\n'))).toContain('FOUND');
  });
  it('is one no one else can talk to, but scanners where they have an account of their own', () => {
    const { gid, uid } = statSync(path.join(home, 'clamd', 'run'));
    const isSeparate = process.getuid?.() === 0;
    expect(modeOf('clamd/run')).toBe(isSeparate ? 0o750 : 0o700);
    // A group that has no other member.
    if (isSeparate) expect([uid, gid].every((id) => id >= 61101 && id <= 61108 && uid !== gid)).toBe(true);
  });
  it('comes back after a crash', async () => {
    clamd.processes[0]?.kill();
    expect(await pollUntil(async () => (await ask('PING')) === 'PONG', patience)).toBe(true);
  });
  it('says which limits it runs with where an operator looks', () =>
    expect(readFileSync(path.join(home, 'clamd', 'clamd.conf'), 'utf8')).toContain('StreamMaxLength 1024M'));
});
