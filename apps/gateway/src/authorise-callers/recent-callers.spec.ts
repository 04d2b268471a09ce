import { describe, expect, it } from 'vitest';
import { RecentCallers } from './recent-callers.js';

const known = { isKnown: true, status: 200 };
const unknown = { isKnown: false, status: 401 };

describe('recent callers', () => {
  it('are due when new, and then once a minute', () => {
    const recent = new RecentCallers();
    expect(recent.isDue('a', known, 0)).toBe(true);
    recent.reported('a', known, 0);
    expect(recent.isDue('a', known, 59_999)).toBe(false);
    expect(recent.isDue('a', known, 60_000)).toBe(true);
    expect(recent.isDue('b', known, 0)).toBe(true);
  });

  it('are due at once when they became unknown or are answered differently', () => {
    const recent = new RecentCallers();
    recent.reported('a', { isKnown: true, status: 401 }, 0);
    expect(recent.isDue('a', unknown, 1)).toBe(true);
    expect(recent.isDue('a', { isKnown: true, status: 200 }, 1)).toBe(true);
    expect(recent.isDue('a', { isKnown: true, status: 401 }, 1)).toBe(false);
  });

  it('are due again soon while unknown: a report may be lost', () => {
    const recent = new RecentCallers();
    recent.reported('a', unknown, 0);
    expect(recent.isDue('a', unknown, 1999)).toBe(false);
    expect(recent.isDue('a', unknown, 2000)).toBe(true);
  });

  it('stay bounded: the one reported longest ago is forgotten', () => {
    const recent = new RecentCallers(3);
    for (const pair of ['a', 'b', 'c']) recent.reported(pair, known, 0);
    recent.reported('a', known, 1);
    recent.reported('d', known, 2);
    expect(recent.size).toBe(3);
    expect(recent.isDue('b', known, 3)).toBe(true);
    expect(recent.isDue('a', known, 3)).toBe(false);
  });
});
