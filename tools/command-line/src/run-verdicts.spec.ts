import { describe, expect, it } from 'vitest';
import { runVerdicts } from './run-verdicts.js';

const answering = (forgotten: number) => {
  const asked: unknown[] = [];
  const post = <Answer>(path: string, body: unknown) => {
    asked.push([path, body]);
    return Promise.resolve({ forgotten } as Answer);
  };
  return { asked, console: { post } };
};

describe('verdicts forget', () => {
  it('asks for those of a scanner and a time, and says how many there were', async () => {
    const { asked, console } = answering(3);
    const args = ['forget', '--scanner', 's1', '--from', '2026-01-01T00:00:00Z'];
    expect(await runVerdicts(args, console)).toBe('3 verdicts are forgotten.');
    expect(asked).toEqual([['/scans/forget-verdicts', { scanner: 's1', from: '2026-01-01T00:00:00Z' }]]);
  });

  it('asks for all when nothing is named', async () => {
    const { asked, console } = answering(1);
    expect(await runVerdicts(['forget'], console)).toBe('1 verdict is forgotten.');
    expect(asked).toEqual([['/scans/forget-verdicts', {}]]);
  });

  it('knows no other action', async () => {
    await expect(runVerdicts(['recall'], answering(0).console)).rejects.toThrow(
      'There is no "verdicts recall"',
    );
  });
});
