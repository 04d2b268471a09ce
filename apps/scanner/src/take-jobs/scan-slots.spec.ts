import { describe, expect, it } from '@jest/globals';
import { ScanSlots } from './scan-slots.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ScanSlots', () => {
  it('lets ordinary scans run side by side, and one alone with nobody', async () => {
    const slots = new ScanSlots();
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const start = (name: string, isAlone: boolean): Promise<void> =>
      slots.run(isAlone, () => {
        log.push(name);
        return new Promise((resolve) => ends.set(name, resolve));
      });
    const all = [start('a', false), start('b', false), start('alone', true), start('c', false)];
    await turn();
    expect(log).toEqual(['a', 'b']);
    ends.get('a')?.();
    await turn();
    expect(log).toEqual(['a', 'b']);
    ends.get('b')?.();
    await turn();
    expect(log).toEqual(['a', 'b', 'alone']);
    expect(slots.busy).toBe(1);
    ends.get('alone')?.();
    await turn();
    expect(log).toEqual(['a', 'b', 'alone', 'c']);
    ends.get('c')?.();
    await Promise.all(all);
    expect(slots.busy).toBe(0);
  });

  it('frees the slot of work that fails', async () => {
    const slots = new ScanSlots();
    await expect(slots.run(true, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await slots.run(true, () => Promise.resolve('in'))).toBe('in');
  });
});
