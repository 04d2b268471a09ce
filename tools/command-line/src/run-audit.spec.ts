import { describe, expect, it } from 'vitest';
import { runAudit } from './run-audit.js';

const answering = (answer: unknown) => {
  const asked: string[] = [];
  const get = <Answer>(path: string) => {
    asked.push(path);
    return Promise.resolve(answer as Answer);
  };
  return { asked, console: { get } };
};
const whole = { entries: 7, removedThrough: 3, head: { id: 10, hash: 'ab' }, problem: null };

describe('audit verify', () => {
  it.each([[['verify', '9:cd']], [['verify', '--head', '9:cd']]])(
    'says that the log is whole, and its head: %j',
    async (args) => {
      const { asked, console } = answering(whole);
      const { text, exitCode } = await runAudit(args, console);
      expect(asked).toEqual(['/audit/verification?head=9%3Acd']);
      expect(text).toContain('7 entries, after retention removed those up to 3');
      expect(text).toContain('Head: 10:ab');
      expect(exitCode).toBe(0);
    },
  );

  it('fails when it is not', async () => {
    const { console } = answering({ ...whole, problem: 'entry 4 is not what was written' });
    expect(await runAudit(['verify'], console)).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('entry 4'),
    });
  });

  it('knows no other action', async () => {
    await expect(runAudit(['cut'], answering(whole).console)).rejects.toThrow('There is no "audit cut"');
  });
});
