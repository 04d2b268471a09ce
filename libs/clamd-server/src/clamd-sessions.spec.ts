import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { ClamdClient, streamOf } from './testing/clamd-client.js';
import { TestClamd } from './testing/serve-clamd.js';

let clamd: TestClamd;
afterEach(() => clamd.stop());

const ask = async (...pieces: (string | Buffer)[]): Promise<string> =>
  (await ClamdClient.connect({ port: clamd.port })).say(...pieces).answer();

describe('IDSESSION', () => {
  it('answers pipelined commands by number, as their verdicts come', async () => {
    clamd = await TestClamd.start();
    const ends: (() => void)[] = [];
    const read = clamd.scan;
    clamd.scan = async (body) => {
      const reply = await read(body);
      await new Promise<void>((resolve) => ends.push(resolve));
      return reply;
    };
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('zIDSESSION\0');
    for (const text of ['one', 'bad', 'three']) client.say('zINSTREAM\0', streamOf(Buffer.from(text)));
    client.say('nPING\nzEND\0');
    await client.until(() => ends.length === 3 && client.received.includes('PONG'));
    expect(client.received).toBe('4: PONG\n');
    for (const index of [2, 0, 1]) {
      ends[index]?.();
      await client.until(
        () => client.received.includes(`\0${index + 1}: `) || client.received.includes(`\n${index + 1}: `),
      );
    }
    expect(await client.answer()).toBe(
      '4: PONG\n3: stream: OK\0' + '1: stream: OK\0' + '2: stream: Test.Bad FOUND\0',
    );
  });

  it('reads no more than it may have on their way', async () => {
    clamd = await TestClamd.start({ limits: { maxPipelined: 2 } });
    const ends: (() => void)[] = [];
    clamd.scan = () => new Promise((resolve) => ends.push(() => resolve({ kind: 'ok' })));
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('zIDSESSION\0');
    for (let count = 0; count < 5; count += 1) client.say('zINSTREAM\0', streamOf(Buffer.from('x')));
    await until(() => ends.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(ends).toHaveLength(2);
    client.say('zEND\0');
    for (let count = 0; count < 5; count += 1) {
      await until(() => ends.length > count);
      ends[count]?.();
    }
    expect((await client.answer()).split('\0')).toHaveLength(6);
  });

  it('reads on only when none of its own is on its way, while all clients together have enough', async () => {
    clamd = await TestClamd.start({ limits: { maxScans: 2 } });
    const ends: (() => void)[] = [];
    clamd.scan = () => new Promise((resolve) => ends.push(() => resolve({ kind: 'ok' })));
    const session = async () => {
      const client = await ClamdClient.connect({ port: clamd.port });
      for (let count = 0; count < 3; count += 1)
        client.say(count === 0 ? 'zIDSESSION\0' : '', 'zINSTREAM\0', streamOf(Buffer.from('x')));
      return client.say('zEND\0');
    };
    const first = await session();
    await until(() => ends.length === 2);
    const second = await session();
    await until(() => ends.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(clamd.server.scansInFlight).toBe(3);
    for (let count = 0; count < 6; count += 1) {
      await until(() => ends.length > count);
      ends[count]?.();
    }
    for (const client of [first, second]) expect((await client.answer()).split('\0')).toHaveLength(4);
  });

  it.each(['zIDSESSION\0', 'zRELOAD\0', 'zSHUTDOWN\0', 'zSCAN /etc/passwd\0', 'zFILDES\0'])(
    'ends at %j',
    async (command) => {
      clamd = await TestClamd.start();
      const answer = await ask('zIDSESSION\0', command, 'zPING\0');
      expect(answer).toMatch(/^1: .*(ERROR|UNAVAILABLE|FOUND)\0$/);
    },
  );

  it('is ended when it says nothing, and not while an answer is on its way', async () => {
    clamd = await TestClamd.start({ limits: { sessionIdleMs: 50 } });
    expect(await ask('zIDSESSION\0zPING\0')).toBe('1: PONG\0');
    let end = (): void => undefined;
    clamd.scan = () => new Promise((resolve) => (end = () => resolve({ kind: 'ok' })));
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('zIDSESSION\0zINSTREAM\0', streamOf(Buffer.from('x')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(client.isEnded).toBe(false);
    end();
    expect(await client.answer()).toBe('1: stream: OK\0');
  });
});

describe('a connection', () => {
  it('whose client asks and does not read costs bounded memory, and ends', async () => {
    const reached: string[] = [];
    clamd = await TestClamd.start({
      limits: { streamIdleMs: 100 },
      onLimit: (limit) => void reached.push(limit),
    });
    const client = await ClamdClient.connect({ port: clamd.port });
    client.socket.pause();
    client.say('zIDSESSION\0', 'zSTATS\0'.repeat(200_000));
    await until(() => clamd.server.connections === 0);
    expect(reached).toEqual(['unread']);
    client.socket.destroy();
  });

  it('that says nothing is closed without a word', async () => {
    clamd = await TestClamd.start({ limits: { commandReadMs: 50 } });
    expect(await ask()).toBe('');
  });

  it('whose command does not come is told so', async () => {
    clamd = await TestClamd.start({ limits: { commandReadMs: 50 } });
    expect(await ask('zPIN')).toBe('COMMAND READ TIMED OUT\0');
  });

  it('beyond the bound is closed', async () => {
    clamd = await TestClamd.start({ limits: { maxConnections: 1 } });
    const first = await ClamdClient.connect({ port: clamd.port });
    await until(() => clamd.server.connections === 1);
    expect(await ask('zPING\0')).toBe('');
    expect(await first.say('zPING\0').answer()).toBe('PONG\0');
  });

  it('from an address that is not allowed is closed', async () => {
    clamd = await TestClamd.start({ isAllowed: (address) => address !== '127.0.0.1' });
    expect(await ask('zPING\0')).toBe('');
  });

  it('is served to its end when the server stops, and idle ones are closed', async () => {
    clamd = await TestClamd.start();
    let end = (): void => undefined;
    clamd.scan = () => new Promise((resolve) => (end = () => resolve({ kind: 'ok' })));
    const idle = await ClamdClient.connect({ port: clamd.port });
    const busy = await ClamdClient.connect({ port: clamd.port });
    busy.say('zIDSESSION\0zINSTREAM\0', streamOf(Buffer.from('x')));
    await until(() => clamd.server.scansInFlight === 1 && clamd.server.connections === 2);
    const stopped = clamd.server.stop(10_000);
    expect(await idle.answer()).toBe('');
    await expect(ClamdClient.connect({ port: clamd.port })).rejects.toThrow();
    end();
    expect(await busy.answer()).toBe('1: stream: OK\0');
    await stopped;
    expect(clamd.server.connections).toBe(0);
  });
});
