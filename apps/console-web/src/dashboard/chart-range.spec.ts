import { describe, expect, it } from 'vitest';
import { boundsOf, readRange } from './chart-range.js';

const nothing = { range: null, from: null, until: null };
const nowMs = Date.parse('2026-11-21T12:34:56Z');

describe('the range of the charts', () => {
  it('is an hour until another is chosen, or when the address is not understood', () => {
    for (const range of [null, '', '5y', 'toString'])
      expect(readRange({ ...nothing, range })).toEqual({ kind: 'latest', name: '1h', stepSeconds: 60 });
    expect(readRange({ range: '7d', from: 'nonsense', until: null })).toMatchObject({ name: '7d' });
  });

  it('begins with a whole step', () => {
    expect(boundsOf(readRange({ ...nothing, range: '6h' }), nowMs)).toEqual({
      from: '2026-11-21T06:30:00.000Z',
      until: undefined,
    });
  });

  it('is a part that was drawn out of a chart, in at most a hundred steps', () => {
    const from = '2026-11-20T00:00:00.000Z';
    const range = readRange({ range: '1h', from, until: '2026-11-20T03:00:00.000Z' });
    expect(range).toMatchObject({ kind: 'fixed', stepSeconds: 120 });
    expect(boundsOf(range, nowMs)).toEqual({ from, until: '2026-11-20T03:00:00.000Z' });
  });

  it('is no part that ends before it begins, or is longer than anything is kept', () => {
    const [from, until] = ['2026-11-20T03:00:00Z', '2026-11-20T00:00:00Z'];
    expect(readRange({ range: '6h', from, until })).toMatchObject({ kind: 'latest', name: '6h' });
    expect(readRange({ range: null, from: '2020-01-01T00:00:00Z', until })).toMatchObject({ name: '1h' });
  });
});
