import { describe, expect, it } from 'vitest';
import { openAll } from '../../testing/open-all.js';
import { walkObject } from '../../walk-object.js';
import { markupDetection } from './detect-markup.js';
import { openMarkup } from './open-markup.js';
import { hexFiles } from './script-blobs.js';

describe('openMarkup', () => {
  const file = Buffer.concat([
    Buffer.from('PK\x03\x04', 'latin1'),
    Buffer.from(Array.from({ length: 96 }, (_, at) => at * 5)),
  ]);
  const pairs = file.toString('hex').match(/../g) ?? [];
  const dump = (pattern: RegExp, line: (hex: string, at: number) => string): string =>
    (file.toString('hex').match(pattern) ?? []).map((hex, row) => line(hex, row * 16)).join('\n');
  const dumpOfXxd = dump(
    /.{1,32}/g,
    (hex, at) => `${at.toString(16).padStart(8, '0')}: ${hex.replace(/(.{4})/g, '$1 ')}  abcdef01`,
  );

  it.each([
    ['one string', `x = "${file.toString('hex').toUpperCase()}"`],
    ['a registry', `"x"=hex:${pairs.join(',').replace(/(.{60})/g, '$1\\\r\n  ')}`],
    ['an array', `byte[] b = { ${pairs.map((pair) => `0x${pair}`).join(', ')} };`],
    ['an array of numbers', `a = Array(${[...file].join(',')})`],
    ['escapes', `b"${pairs.map((pair) => `\\x${pair}`).join('')}"`],
    ['a dump of xxd', dumpOfXxd],
    [
      'a dump of wide lines',
      dump(
        /.{1,128}/g,
        (hex, at) => `${(at * 4).toString(16).padStart(8, '0')}: ${hex.replace(/(..)/g, '$1 ')}  abcdef01`,
      ),
    ],
    [
      'a dump of certutil',
      dump(
        /.{1,32}/g,
        (hex, at) => `    ${at.toString(16).padStart(4, '0')}  ${hex.replace(/(..)/g, '$1 ')}   abcdef01\r`,
      ),
    ],
  ])('gives a file that begins as files do in hexadecimal, in %s', async (_, text) => {
    const bytes = Buffer.from(text);
    expect(markupDetection.detect(bytes)).not.toBeNull();
    expect((await openAll(openMarkup, bytes)).parts.filter((part) => part.bytes.equals(file))).toHaveLength(
      1,
    );
  });

  it.each([
    ['one line of beginnings', '1f8b08g', 4_000],
    ['lines of which each begins a dump', '0000: 1f8b08\n', 250],
    ['lines of a dump without bytes', '0000: zz   1f8b08\n', 250],
  ])('takes time in proportion to the bytes, and stops when it is over, in %s', (_, one, size) => {
    const looks = (count: number): { took: number; checks: number } => {
      const bytes = Buffer.from(one.repeat(count));
      const times = [1, 2, 3].map(() => {
        let checks = 0;
        const start = process.cpuUsage();
        expect([...hexFiles(bytes, () => (checks += 1))]).toEqual([]);
        // What others take of the machine is none of it. Less than the clock's own steps is not told apart.
        return { took: Math.max(2_000, process.cpuUsage(start).user), checks };
      });
      return times.reduce((best, time) => (time.took < best.took ? time : best));
    };
    const [few, many] = [looks(size), looks(16 * size)];

    expect(many.checks).toBe(16 * size);
    // 16 times as many are 256 times the work where each looks at all the others.
    expect(many.took / few.took).toBeLessThan(64);
  });

  it.each([
    ['a dump', `here is what it begins with:\n${dumpOfXxd.split('\n', 4).join('\n')}\n`],
    ['an array', `byte[] b = { ${pairs.slice(0, 40).join(', 0x').replace(/^/, '0x')} };`],
    ['escapes', `b"\\x1f\\x8b\\x08${'\\x00'.repeat(29)}"`],
  ])('calls nothing damaged where a text shows the beginning of a file, in %s', async (_, text) => {
    const shown: number[] = [];
    const { unexamined } = await walkObject(Buffer.from(text), {
      objectType: 'file',
      onPart: ({ bytes }) => void shown.push(bytes.length),
      timeLimitMs: 600_000,
    });
    expect(shown.length).toBeGreaterThan(1);
    expect(unexamined).toEqual([]);
  });

  it('gives the last line of a dump that another one follows', async () => {
    const bytes = Buffer.from(Array.from({ length: 2 }, () => dumpOfXxd).join('\n'));
    expect((await openAll(openMarkup, bytes)).parts.map((part) => part.bytes)).toEqual([file]);
  });

  it('leaves numbers and escapes of a program alone that are no file', async () => {
    const table = Buffer.from(
      `t = [${Array.from({ length: 99 }, (_, at) => at).join()}]; s = "${'\\x01\\xff'.repeat(40)}"`,
    );
    expect((await openAll(openMarkup, table)).parts).toEqual([]);
  });
});
