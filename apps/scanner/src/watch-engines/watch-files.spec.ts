import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { until } from '@sluice/timing';
import { watchFiles } from './watch-files.js';

const date = new Date('2026-01-01T00:00:00Z');
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'watched-'));
  file = path.join(folder, 'a.yar');
  await write('one');
});
afterEach(() => rm(folder, { recursive: true }));

/** Always with the same date. */
async function write(text: string): Promise<void> {
  await writeFile(file, text);
  await utimes(file, date, date);
}

describe('a watched file', () => {
  it.each([
    ['by its name', () => file],
    ['in a folder', () => folder],
  ])(
    '%s is told of at first, and when it has another text of the same length and date',
    async (_, watched) => {
      const changed = vi.fn();
      const watching = watchFiles([watched()], changed, 500);
      try {
        await until(() => changed.mock.calls.length === 1);
        // Long before the next look.
        await write('two');
        await until(() => changed.mock.calls.length > 1);
      } finally {
        watching.stop();
      }
    },
  );
});
