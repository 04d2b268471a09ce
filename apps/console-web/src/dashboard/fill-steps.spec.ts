import { describe, expect, it } from '@jest/globals';
import { fillSteps, sumUp } from './fill-steps.js';

const statistics = {
  from: '2026-11-21T12:00:00.000Z',
  until: '2026-11-21T12:04:00.000Z',
  stepSeconds: 60,
  series: [
    {
      at: '2026-11-21T12:02:00.000Z',
      type: 'mail' as const,
      accepted: 30,
      detect: 2,
      notDetected: 28,
      timeout: 0,
      error: 0,
      p50Ms: 80.4,
      p95Ms: 200.6,
    },
  ],
  totals: [
    {
      type: 'mail' as const,
      accepted: 30,
      detect: 2,
      notDetected: 25,
      timeout: 1,
      error: 2,
      p50Ms: 80.4,
      p95Ms: 190.2,
    },
  ],
  queues: [],
};

describe('points of a chart', () => {
  it('fill the steps in which nothing happened', () => {
    const points = fillSteps(statistics, (at) => at.toISOString().slice(11, 16));
    expect(points.map(({ time, mail, detections, mailP95 }) => [time, mail, detections, mailP95])).toEqual([
      ['12:00', 0, 0, null],
      ['12:01', 0, 0, null],
      ['12:02', 30, 2, 201],
      ['12:03', 0, 0, null],
    ]);
  });

  it('are per minute, however long a step is', () => {
    const [point] = fillSteps({ ...statistics, stepSeconds: 300 }, String);
    expect(point?.mail).toBe(6);
  });

  it('leave the tiles to the totals of the range', () => {
    expect(sumUp(statistics)).toEqual({
      accepted: 30,
      detect: 2,
      notExamined: 3,
      mailP95Ms: 190.2,
    });
  });
});
