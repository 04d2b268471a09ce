import { describe, expect, it } from 'vitest';
import { broken, causesOf, front, hoursAgo, scannersWith } from '../../testing/calm-situation.js';

describe('causes', () => {
  it('are one line for an engine that fails on one of two scanners', () => {
    const causes = causesOf({ instances: [...front, ...scannersWith(broken, {})] });
    expect(causes).toMatchObject([{ level: 'degraded', instances: ['scanner-1'] }]);
  });

  it('name rules that were refused, while the engine goes on with those of before', () => {
    const stuck = { engine: 'yara', rejectedUpdate: 'b.yar: error line:3:14' };
    const causes = causesOf({ instances: [...front, ...scannersWith(stuck, stuck, {})] });
    expect(causes).toMatchObject([
      {
        level: 'degraded',
        instances: ['scanner-1', 'scanner-2'],
        title: 'Newer rules of yara are faulty (scanner-1, scanner-2): b.yar: error line:3:14.',
      },
    ]);
  });

  it('remind of what an engine that works leaves out, and of the option that changes it', () => {
    const short = { shortfalls: ['cuts HTML: set MaxHTMLNormalize 1024M', 'something else'] };
    const causes = causesOf({ instances: [...front, ...scannersWith(short, short)] });
    expect(causes.map(({ level }) => level)).toEqual(['advisory', 'advisory']);
    expect(causes[0]).toMatchObject({
      title: 'clamav: cuts HTML (scanner-1, scanner-2).',
      nextStep: expect.stringContaining('Set in clamd.conf: MaxHTMLNormalize 1024M.'),
    });
    expect(causesOf({ instances: [...front, ...scannersWith({ ...broken, ...short })] })).toHaveLength(1);
  });

  it.each([
    [84, []],
    [85, [{ level: 'advisory', effect: 'In 83 hours every scan ends in “error”.' }]],
    [168, [{ level: 'advisory' }]],
    [169.5, [{ level: 'down', since: hoursAgo(1.5) }]],
  ])('warn of signatures %d hours old ahead of the limit of 168', (hours, expected) => {
    const signaturesAt = hoursAgo(hours).toISOString();
    expect(causesOf({ instances: [...front, ...scannersWith({ signaturesAt })] })).toMatchObject(expected);
  });
});
