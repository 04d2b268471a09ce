import { describe, expect, it } from 'vitest';
import { multipartBoundary } from './multipart-boundary.js';

describe('multipart boundary', () => {
  it.each([
    ['multipart/form-data; boundary=----x1', '----x1'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a b:c"', 'a b:c'],
    ['multipart/form-data;boundary=x ; charset=utf-8', 'x'],
    ['multipart/form-data', null],
    ['multipart/form-data; boundary=', null],
    ['multipart/form-data; boundary="a "', null],
    [`multipart/form-data; boundary=${'x'.repeat(201)}`, null],
    ['multipart/mixed; boundary=x', null],
    ['application/json', null],
    [undefined, null],
  ])('of %s is %s', (header, boundary) => {
    expect(multipartBoundary(header)).toBe(boundary);
  });
});
