import { describe, expect, it } from 'vitest';
import { answerFaults, apiRouteOf } from './routes.js';

describe('answers of the API', () => {
  it.each([
    ['GET', '/api/alerts?state=new', 'GET /api/alerts'],
    ['GET', '/api/alerts/7', 'GET /api/alerts/{id}'],
    ['POST', '/api/notification-rules/preview', 'POST /api/notification-rules/preview'],
    ['GET', '/api/health/history', 'GET /api/health/history'],
    ['GET', '/api/unknown', null],
  ])('are found by method and path: %s %s', (method, path, route) => {
    expect(apiRouteOf(method, path)).toBe(route);
  });

  it('are faulty when a field is missing, unknown or of another type', () => {
    const one = { count: 1, isMore: false, newestId: 4 };
    expect(answerFaults('GET', '/api/alert-count', one)).toEqual([]);
    expect(answerFaults('GET', '/api/alert-count', { count: '1', isMore: false, newestId: 4 })).toEqual([
      expect.stringContaining('count'),
    ]);
    expect(answerFaults('GET', '/api/alert-count', { ...one, surprise: 1 })).toHaveLength(1);
    expect(answerFaults('DELETE', '/api/session', {})).toHaveLength(1);
  });
});
