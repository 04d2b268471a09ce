import { describe, expect, it } from 'vitest';
import { holdRefusals } from '@sluice/contracts';
import { readHold } from './hold-outcome.js';

const held = '00000000-0000-4000-8000-000000000001';
const answer = (status: number, body: unknown) => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfterSeconds: null,
});

describe('what a gateway says of a hold', () => {
  it('is held by an id, and by nothing less', () => {
    expect(readHold(answer(200, { held, reason: null }))).toEqual({ held });
    for (const body of ['', 'OK', '{', [], { held }, { held: true, reason: null }, { held, reason: 'full' }])
      expect(readHold(answer(200, body))).toBe('unreadable');
    expect(readHold(answer(201, { held, reason: null }))).toBe('unreadable');
  });
  it.each(holdRefusals)('is a refusal by its reason: %s', (reason) =>
    expect(readHold(answer(200, { held: null, reason }))).toBe(reason),
  );
  it('is unknown where there is no such path or scan, and unanswered without an answer', () => {
    expect(readHold(answer(404, ''))).toBe('unknown');
    expect(readHold(null)).toBe('unanswered');
  });
});
