import { describe, expect, it } from 'vitest';
import { StartError } from '../start.errors.js';
import { explainDiskFaults } from './disk-faults.js';

const failWith = (code: string) => (): never => {
  throw Object.assign(new Error('raw'), { code });
};

describe('explainDiskFaults', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'read-only'],
    ['EACCES', 'not permitted'],
  ])('makes %s one line with the place', (code, words) => {
    const attempt = (): never => explainDiskFaults('/place', failWith(code));
    expect(attempt).toThrow(StartError);
    expect(attempt).toThrow(`Cannot write /place: ${words}`.slice(0, 20));
    expect(attempt).toThrow(words);
  });
  it('lets other faults through as they are', () =>
    expect(() => explainDiskFaults('/place', failWith('EWHATEVER'))).toThrow('raw'));
});
