import { describe, expect, it } from 'vitest';
import { useResults } from '../testing/use-results.js';

const on = useResults();
const { get } = on;

describe('GET /detects', () => {
  const alerts = (count: number): Record<string, unknown>[] =>
    Array.from({ length: count }, (_, n) => ({ alertID: n + 1, technology: 'am' }));
  const read = async (query: string) => JSON.parse((await get(`/detects?${query}`)).body) as Feed;
  interface Feed {
    detects: { alertID: number }[];
    token: string;
  }

  it('goes on where the token says, and skips or repeats nothing', async () => {
    on.test.ledger.alerts = alerts(2500);
    const first = await read('limit=1800');
    expect(first.detects).toHaveLength(1800);
    const second = await read(`limit=1800&token=${first.token}`);
    expect(second.detects.map(({ alertID }) => alertID)).toEqual(
      Array.from({ length: 700 }, (_, n) => n + 1801),
    );
    expect((await read(`token=${second.token}`)).detects).toEqual([]);
    on.test.ledger.alerts.push({ alertID: 2501 });
    expect((await read(`token=${second.token}`)).detects).toEqual([{ alertID: 2501 }]);
  });

  it('starts from nothing with the token public clients have hard-coded', async () => {
    on.test.ledger.alerts = alerts(3);
    expect((await read('token=7b226f6666736574223a20307d')).detects).toHaveLength(3);
    expect(await read('limit=1')).toEqual({
      detects: [{ alertID: 1, technology: 'am' }],
      token: '7b226f6666736574223a20317d',
    });
  });

  it('has 1000 unless told otherwise', async () => {
    on.test.ledger.alerts = alerts(1001);
    expect((await read('')).detects).toHaveLength(1000);
  });

  it.each([
    'limit=0',
    'limit=10001',
    'limit=',
    'detect_type=av',
    'token=xyz',
    'token=7B7D',
    'token=7b7d',
    'token=5b5d',
  ])('answers 400 to %s', async (query) => {
    expect((await get(`/detects?${query}`)).status).toBe(400);
  });
});
