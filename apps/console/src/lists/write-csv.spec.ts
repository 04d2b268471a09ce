import { describe, expect, it } from 'vitest';
import { csvLine } from './write-csv.js';

describe('a line of CSV', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('holds no formula: %j', (text) => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/);
  });

  it('keeps texts, quotes, commas and line breaks', () => {
    expect(csvLine(['plain', 'a "b", c', 'two\nlines', 7, null])).toBe(
      'plain,"a ""b"", c","two\nlines",7,\r\n',
    );
  });
});
