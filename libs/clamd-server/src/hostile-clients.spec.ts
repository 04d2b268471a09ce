import { afterEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ClamdClient, lengthOf, streamOf } from './testing/clamd-client.js';
import { TestClamd } from './testing/serve-clamd.js';

let clamd: TestClamd;
afterEach(() => clamd.stop());

const limits = { maxStreamBytes: 64, streamIdleMs: 200, bareCommandMs: 5, commandReadMs: 200, lingerMs: 200 };

/** Commands and streams in any order and form, lengths that lie, and bytes that mean nothing. */
const piece: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('z', 'n', ''),
      fc.constantFrom(
        'PING',
        'VERSION',
        'STATS',
        'END',
        'IDSESSION',
        'FILDES',
        'SCAN /etc/passwd',
        'RELOAD',
        '',
      ),
      fc.constantFrom('\0', '\n', '\n\0', '\r\n'),
    )
    .map((words) => Buffer.from(words.join(''))),
  fc
    .constantFrom('zIDSESSION\0', 'nIDSESSION\n', 'zINSTREAM\0', 'nINSTREAM\n')
    .map((text) => Buffer.from(text)),
  fc
    .tuple(
      fc.constantFrom('zINSTREAM\0', 'nINSTREAM\n'),
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 1, max: 40 }),
    )
    .map(([command, bytes, chunk]) =>
      Buffer.concat([Buffer.from(command), streamOf(Buffer.from(bytes), chunk)]),
    ),
  fc.constantFrom(0, 1, 63, 0x7fff_ffff, 0xffff_ffff).map(lengthOf),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
);

describe('a client that keeps to no protocol', () => {
  it('hears OK of streams that came whole and within the limit, and of nothing else', async () => {
    clamd = await TestClamd.start({ limits });
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      clamd.scanned.length = 0;
      const client = await ClamdClient.connect({ port: clamd.port });
      client.say(...pieces);
      client.socket.end();
      const said = await client.answer();
      const whole = clamd.scanned.filter((bytes) => bytes.length <= limits.maxStreamBytes);
      expect(said.match(/stream: OK/g)?.length ?? 0).toBeLessThanOrEqual(whole.length);
      expect(said).not.toMatch(/root:|[\x80-\xff]/);
    });
    await fc.assert(property, { numRuns: 150 });
    expect(await (await ClamdClient.connect({ port: clamd.port })).say('zPING\0').answer()).toBe('PONG\0');
  });

  it.each([
    ['a length of 4 GiB, and a little', Buffer.concat([lengthOf(0xffff_ffff), Buffer.alloc(10)]), 'stalled'],
    [
      'more than twice the limit of it',
      Buffer.concat([lengthOf(0xffff_ffff), Buffer.alloc(200)]),
      'too-large',
    ],
    ['no length', Buffer.alloc(2), 'stalled'],
  ])('of a stream with %s is told that it was cut, and not that it is clean', async (_what, bytes, cut) => {
    clamd = await TestClamd.start({ limits });
    const client = await ClamdClient.connect({ port: clamd.port });
    expect(await client.say('zINSTREAM\0', bytes).answer()).toBe(`stream: Test.Cut.${cut} FOUND\0`);
    expect(clamd.scanned).toEqual([]);
  });
});
