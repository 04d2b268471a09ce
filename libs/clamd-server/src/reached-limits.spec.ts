import { afterEach, describe, expect, it } from 'vitest';
import type { ClamdLimit, ClamdServerOptions } from './index.js';
import { ClamdClient, lengthOf } from './testing/clamd-client.js';
import { TestClamd } from './testing/serve-clamd.js';

let clamd: TestClamd;
afterEach(() => clamd.stop());

const reached: ClamdLimit[] = [];
async function start(options: Omit<ClamdServerOptions, 'handler' | 'onLimit'>): Promise<ClamdClient> {
  reached.length = 0;
  clamd = await TestClamd.start({ ...options, onLimit: (limit) => void reached.push(limit) });
  return ClamdClient.connect({ port: clamd.port });
}

describe('a client that is turned away', () => {
  it.each<[ClamdLimit, ClamdServerOptions['limits'], (string | Buffer)[], RegExp]>([
    ['command-length', { maxCommandBytes: 10 }, ['z', 'X'.repeat(20)], /^UNKNOWN COMMAND/],
    ['command-time', { commandReadMs: 20 }, ['zPIN'], /^COMMAND READ TIMED OUT/],
    ['stream-time', { streamIdleMs: 20 }, ['zINSTREAM\0', lengthOf(9)], /Cut\.stalled/],
    [
      'stream-length',
      { maxStreamBytes: 4 },
      ['zINSTREAM\0', lengthOf(5), 'bytes', lengthOf(0)],
      /Cut\.too-large/,
    ],
  ])('by %s hears it, and so does the listener, once', async (limit, limits, said, answer) => {
    const client = await start({ limits: { lingerMs: 200, ...limits } });
    expect(await client.say(...said).answer()).toMatch(answer);
    expect(reached).toEqual([limit]);
  });

  it('by the number of connections is not served, and is reported', async () => {
    const first = await start({ limits: { maxConnections: 1 } });
    expect(await (await ClamdClient.connect({ port: clamd.port })).answer()).toBe('');
    expect(await first.say('zPING\0').answer()).toBe('PONG\0');
    expect(reached).toEqual(['connections']);
  });

  it('by its address is not served, and is reported', async () => {
    const client = await start({ isAllowed: (address) => !address.endsWith('127.0.0.1') });
    expect(await client.answer()).toBe('');
    expect(reached).toEqual(['not-allowed']);
  });

  it('is not counted when it simply leaves, or is served', async () => {
    const client = await start({});
    expect(await client.say('zPING\0').answer()).toBe('PONG\0');
    (await ClamdClient.connect({ port: clamd.port })).socket.destroy();
    const gone = await ClamdClient.connect({ port: clamd.port });
    gone.say('zINSTREAM\0', lengthOf(9), 'by');
    gone.socket.destroy();
    await clamd.stop();
    expect(reached).toEqual([]);
  });
});
