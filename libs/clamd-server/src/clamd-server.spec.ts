import { afterEach, describe, expect, it } from 'vitest';
import { until } from '@sluice/timing';
import { ClamdClient, lengthOf, streamOf } from './testing/clamd-client.js';
import { TestClamd } from './testing/serve-clamd.js';

let clamd: TestClamd;
afterEach(() => clamd.stop());

const ask = async (...pieces: (string | Buffer)[]): Promise<string> =>
  (await ClamdClient.connect({ port: clamd.port })).say(...pieces).answer();
const version = 'ClamAV 1.4.3/27500/Sun Nov 23 08:00:00 2025';

describe('commands', () => {
  it.each([
    ['zPING\0', 'PONG\0'],
    ['nPING\n', 'PONG\n'],
    ['nPING\r\n', 'PONG\n'],
    ['PING\n', 'PONG\n'],
    ['PING', 'PONG\n'],
    ['zVERSION\0', `${version}\0`],
    ['nVERSION\n', `${version}\n`],
    ['VERSION', `${version}\n`],
    [
      'zVERSIONCOMMANDS\0',
      `${version}| COMMANDS: PING VERSION VERSIONCOMMANDS STATS INSTREAM IDSESSION END\0`,
    ],
  ])('%j is answered %j, and the connection ends', async (command, answer) => {
    clamd = await TestClamd.start();
    expect(await ask(command)).toBe(answer);
  });

  it('PING without a terminator is answered when the client ends its side', async () => {
    clamd = await TestClamd.start({ limits: { bareCommandMs: 60_000 } });
    const client = await ClamdClient.connect({ port: clamd.port });
    client.socket.end('PING');
    expect(await client.answer()).toBe('PONG\n');
  });

  it('waits for the rest of a command that comes in pieces', async () => {
    clamd = await TestClamd.start();
    const client = await ClamdClient.connect({ port: clamd.port });
    for (const piece of ['z', 'PI', 'NG']) {
      client.say(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(client.received).toBe('');
    expect(await client.say('\0').answer()).toBe('PONG\0');
  });

  it('STATS has the lines that are parsed of it', async () => {
    clamd = await TestClamd.start({ limits: { maxConnections: 7 } });
    const answer = await ask('nSTATS\n');
    expect(answer).toMatch(
      /^POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live 1 {2}idle 0 max 7 idle-timeout 30\n/,
    );
    expect(answer).toMatch(/\nQUEUE: 0 items\n\nMEMSTATS: [^\n]*\nEND\n$/);
  });

  it.each([
    ['zSCAN /etc/passwd\0', '/etc/passwd: Test.Cut.not-a-stream FOUND\0'],
    ['nCONTSCAN /tmp\n', '/tmp: Test.Cut.not-a-stream FOUND\n'],
    ['MULTISCAN /tmp\n', '/tmp: Test.Cut.not-a-stream FOUND\n'],
    ['zALLMATCHSCAN /x OK\0', '/x_OK: Test.Cut.not-a-stream FOUND\0'],
    ['RAWSCAN /tmp\n', '/tmp: Test.Cut.not-a-stream FOUND\n'],
    ['zFILDES\0', 'fd: Test.Cut.not-a-stream FOUND\0'],
    ['zRELOAD\0', 'COMMAND UNAVAILABLE\0'],
    ['SHUTDOWN\n', 'COMMAND UNAVAILABLE\n'],
    ['nSELFCHECK\n', 'COMMAND UNAVAILABLE\n'],
    ['zDETSTATS\0', 'UNKNOWN COMMAND\0'],
    ['z\0', 'UNKNOWN COMMAND\0'],
    ['\n', 'UNKNOWN COMMAND\n'],
    ['zEND\0', 'UNKNOWN COMMAND\0'],
    ['zping\0', 'UNKNOWN COMMAND\0'],
    ['INSTREAM\n', 'UNKNOWN COMMAND\n'],
    ['IDSESSION\n', 'UNKNOWN COMMAND\n'],
    ['STATS\n', 'UNKNOWN COMMAND\n'],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'UNKNOWN COMMAND\n'],
    ['\x16\x03\x01\x02\x00', 'UNKNOWN COMMAND\n'],
  ])('%j is refused', async (command, answer) => {
    clamd = await TestClamd.start();
    expect(await ask(command)).toBe(answer);
    expect(clamd.scanned).toEqual([]);
  });

  it('longer than the bound is refused, with a terminator and without', async () => {
    clamd = await TestClamd.start({ limits: { maxCommandBytes: 100 } });
    expect(await ask(`zSCAN ${'x'.repeat(200)}\0`)).toBe('UNKNOWN COMMAND\0');
    expect(await ask(`n${'x'.repeat(200)}`)).toBe('UNKNOWN COMMAND\n');
  });
});

describe('INSTREAM', () => {
  it.each([
    ['z', '\0'],
    ['n', '\n'],
  ])('in %s form is judged over all its bytes', async (prefix, end) => {
    clamd = await TestClamd.start();
    const bytes = Buffer.from('x'.repeat(300_000));
    expect(await ask(`${prefix}INSTREAM${end}`, streamOf(bytes, 1024))).toBe(`stream: OK${end}`);
    expect(await ask(`${prefix}INSTREAM${end}`, streamOf(bytes))).toBe(`stream: OK${end}`);
    expect(clamd.scanned.map((one) => one.equals(bytes))).toEqual([true, true]);
    expect(await ask(`${prefix}INSTREAM${end}`, streamOf(Buffer.from('bad')))).toBe(
      `stream: Test.Bad FOUND${end}`,
    );
  });

  it('takes an empty object', async () => {
    clamd = await TestClamd.start();
    expect(await ask('zINSTREAM\0', lengthOf(0))).toBe('stream: OK\0');
    expect(clamd.scanned).toEqual([Buffer.alloc(0)]);
  });

  it('answers a client that ended its side after the last byte', async () => {
    clamd = await TestClamd.start();
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('nINSTREAM\n', streamOf(Buffer.from('bad'))).socket.end();
    expect(await client.answer()).toBe('stream: Test.Bad FOUND\n');
  });

  it('cleans names, so that no client takes them apart wrongly', async () => {
    clamd = await TestClamd.start();
    for (const [name, shown] of [
      ['Sluice.yara.bad rule: OK\n', 'Sluice.yara.bad_rule__OK_'],
      ['Вирус', '_____'],
      ['', 'Unnamed'],
      ['x'.repeat(300), 'x'.repeat(200)],
    ] as const) {
      clamd.scan = async () => ({ kind: 'found', name });
      expect(await ask('zINSTREAM\0', streamOf(Buffer.from('a')))).toBe(`stream: ${shown} FOUND\0`);
    }
    clamd.scan = async () => ({ kind: 'error', message: 'away\nstream: OK' });
    expect(await ask('zINSTREAM\0', lengthOf(0))).toBe('stream: away_stream: OK ERROR\0');
  });

  it('makes the client wait while its reader does', async () => {
    clamd = await TestClamd.start();
    let sizeBytes = (): number => 0;
    let goOn = (): void => undefined;
    const read = clamd.scan;
    clamd.scan = async (body) => {
      sizeBytes = () => body.sizeBytes;
      await new Promise<void>((resolve) => (goOn = resolve));
      return read(body);
    };
    const bytes = Buffer.alloc(8 * 1024 ** 2, 'x');
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('zINSTREAM\0', streamOf(bytes));
    await until(() => sizeBytes() > 0);
    let before = -1;
    while (before !== sizeBytes()) {
      before = sizeBytes();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(sizeBytes()).toBeLessThan(1024 ** 2);
    goOn();
    expect(await client.answer()).toBe('stream: OK\0');
    expect(clamd.scanned[0]?.length).toBe(bytes.length);
  });

  it('lets the handler answer before the end; the client may send all first', async () => {
    clamd = await TestClamd.start();
    clamd.scan = async () => ({ kind: 'found', name: 'Early' });
    const client = await ClamdClient.connect({ port: clamd.port });
    client.say('zINSTREAM\0', lengthOf(3_000_000), Buffer.alloc(1_000_000));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.received).toBe('');
    expect(await client.say(Buffer.alloc(2_000_000), lengthOf(0)).answer()).toBe('stream: Early FOUND\0');
  });

  it('answers a bug of the handler', async () => {
    clamd = await TestClamd.start();
    const bug = new Error('bug');
    clamd.scan = async () => Promise.reject(bug);
    expect(await ask('zINSTREAM\0', streamOf(Buffer.from('a')))).toBe('stream: Test.Fault FOUND\0');
    expect(clamd.faults).toEqual([bug]);
  });
});

describe('a stream that is not whole', () => {
  it('of exactly the limit passes; one byte more is never judged', async () => {
    clamd = await TestClamd.start({ limits: { maxStreamBytes: 1000 } });
    expect(await ask('zINSTREAM\0', streamOf(Buffer.alloc(1000), 300))).toBe('stream: OK\0');
    expect(await ask('zINSTREAM\0', streamOf(Buffer.alloc(1001), 300))).toBe(
      'stream: Test.Cut.too-large FOUND\0',
    );
    expect(clamd.scanned.map(({ length }) => length)).toEqual([1000]);
  });

  it('is read to its end in a session, which goes on', async () => {
    clamd = await TestClamd.start({ limits: { maxStreamBytes: 1000 } });
    const answer = await ask('zIDSESSION\0zINSTREAM\0', streamOf(Buffer.alloc(2000)), 'zPING\0zEND\0');
    expect(answer.split('\0').sort()).toEqual(['', '1: stream: Test.Cut.too-large FOUND', '2: PONG']);
  });

  it('beyond twice the limit is answered, and the connection ended', async () => {
    clamd = await TestClamd.start({ limits: { maxStreamBytes: 1000 } });
    expect(await ask('zIDSESSION\0zINSTREAM\0', lengthOf(0xffffffff), Buffer.alloc(2001))).toBe(
      '1: stream: Test.Cut.too-large FOUND\0',
    );
  });

  it('that stalls is answered as cut', async () => {
    clamd = await TestClamd.start({ limits: { streamIdleMs: 100 } });
    expect(await ask('zINSTREAM\0', lengthOf(10), 'bad')).toBe('stream: Test.Cut.stalled FOUND\0');
    expect(await ask('zINSTREAM\0', Buffer.alloc(2))).toBe('stream: Test.Cut.stalled FOUND\0');
    expect(clamd.scanned).toEqual([]);
  });

  it('because the client is gone, or ended its side too early, rejects for its reader and is not answered', async () => {
    clamd = await TestClamd.start();
    const reasons: unknown[] = [];
    const read = clamd.scan;
    clamd.scan = async (body) => {
      try {
        return await read(body);
      } catch (error) {
        reasons.push(error);
        return { kind: 'ok' };
      }
    };
    const half = await ClamdClient.connect({ port: clamd.port });
    half.say('zINSTREAM\0', lengthOf(10), 'half').socket.end();
    expect(await half.answer()).toBe('');
    const gone = await ClamdClient.connect({ port: clamd.port });
    gone.say('zINSTREAM\0', lengthOf(10), 'half');
    await until(() => clamd.server.scansInFlight === 1);
    gone.socket.resetAndDestroy();
    await until(() => clamd.server.connections === 0);
    expect(reasons).toMatchObject([{ reason: 'gone' }, { reason: 'gone' }]);
  });
});
