import { describe, expect, it } from 'vitest';
import { formatTable, printable } from './format-table.js';
import { Progress } from './progress.js';

const collect = (isTTY: boolean) => {
  const written: string[] = [];
  return { output: { isTTY, write: (text: string) => written.push(text) }, text: () => written.join('') };
};

describe('Progress', () => {
  it('writes only whole, plain lines where there is no terminal', () => {
    const { output, text } = collect(false);
    const progress = new Progress(output);
    const done = progress.step('RabbitMQ');
    expect(text()).toBe('');
    done('ready');
    expect(text()).toMatch(/^ {2}✓ RabbitMQ +\d+\.\d s {3}ready\n$/);
  });
  it('shows on a terminal what is still under way', () => {
    const { output, text } = collect(true);
    const progress = new Progress(output);
    progress.step('RabbitMQ');
    expect(text()).toContain('… RabbitMQ');
    progress.end();
  });
});

describe('formatTable', () => {
  it('aligns columns and cuts long cells', () =>
    expect(
      formatTable(
        [
          ['a', 'b'],
          ['long', 'x'.repeat(100)],
        ],
        5,
      ),
    ).toBe('a     b\nlong  xxxx…'));
});

describe('printable', () => {
  it('shows characters that control or reorder the terminal as dots', () =>
    expect(printable('a\u001b[2J\u202eb')).toBe('a·[2J·b'));
});
