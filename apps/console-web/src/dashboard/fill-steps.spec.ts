import { describe, expect, it } from 'vitest';
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

const load = {
  from: statistics.from,
  until: statistics.until,
  stepSeconds: 60,
  series: [
    { at: '2026-11-21T12:01:00.000Z', busyShare: 0.456, waiting: [] },
    {
      at: '2026-11-21T12:03:00.000Z',
      busyShare: null,
      waiting: [
        { priority: 9, unfinished: 2, oldestSeconds: 1 },
        { priority: 5, unfinished: 3, oldestSeconds: 4 },
        { priority: 1, unfinished: 70, oldestSeconds: 90 },
      ],
    },
  ],
};

describe('points of a chart', () => {
  it('fill the steps in which nothing happened', () => {
    const points = fillSteps(statistics, undefined);
    expect(
      points.map(({ atMs, mail, detections, mailP95 }) => [
        new Date(atMs).toISOString().slice(11, 16),
        mail,
        detections,
        mailP95,
      ]),
    ).toEqual([
      ['12:00', 0, 0, null],
      ['12:01', 0, 0, null],
      ['12:02', 30, 2, 201],
      ['12:03', 0, 0, null],
    ]);
  });

  it('are per minute, however long a step is', () => {
    const series = statistics.series.map((one) => ({ ...one, at: statistics.from }));
    const [point] = fillSteps({ ...statistics, series, stepSeconds: 300 }, undefined);
    expect(point?.mail).toBe(6);
  });

  it('say what waited where someone looked, and nothing where no one did', () => {
    const points = fillSteps(statistics, load);
    expect(
      points.map(({ mailWaiting, otherWaiting, mailOldest, otherOldest, busy }) => [
        mailWaiting,
        otherWaiting,
        mailOldest,
        otherOldest,
        busy,
      ]),
    ).toEqual([
      [null, null, null, null, null],
      [0, 0, 0, 0, 46],
      [null, null, null, null, null],
      [5, 70, 4, 90, null],
    ]);
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
