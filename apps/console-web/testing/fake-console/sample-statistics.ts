import { createSampler, secondsAgo, stepAt } from './sample-numbers.js';

export function sampleStatistics(minutes: number, stepSeconds = 60) {
  const sampler = createSampler(7);
  const series = Array.from({ length: minutes }, (_, index) => minutes - 1 - index).flatMap((ago) =>
    (['mail', 'other'] as const).map((type) => {
      const wave = 1 + Math.sin(ago / 9) * 0.35;
      const accepted = Math.round((type === 'mail' ? 180 : 120) * wave + sampler.between(-14, 14));
      const detect = sampler.next() < 0.3 ? sampler.between(1, 4) : 0;
      return {
        at: stepAt(ago, stepSeconds),
        type,
        accepted,
        detect,
        notDetected: accepted - detect,
        timeout: 0,
        error: 0,
        p50Ms: (type === 'mail' ? 84 : 150) * wave + sampler.between(0, 20),
        p95Ms: (type === 'mail' ? 240 : 610) * wave + sampler.between(0, 90),
      };
    }),
  );
  return {
    from: stepAt(minutes - 1, stepSeconds),
    until: secondsAgo(0),
    stepSeconds,
    series,
    totals: (['mail', 'other'] as const).flatMap((type) => totalOf(type, series)),
    queues: minutes === 0 ? [] : sampleQueues(),
  };
}

type Series = { type: string; accepted: number; detect: number; notDetected: number }[];
function totalOf(type: 'mail' | 'other', series: Series) {
  const own = series.filter((one) => one.type === type);
  if (own.length === 0) return [];
  const sum = (key: 'accepted' | 'detect' | 'notDetected') => own.reduce((all, one) => all + one[key], 0);
  return [
    {
      type,
      accepted: sum('accepted'),
      detect: sum('detect'),
      notDetected: sum('notDetected'),
      timeout: 0,
      error: 0,
      p50Ms: 96,
      p95Ms: 310,
    },
  ];
}

export const sampleQueues = () => [
  {
    queue: 'heavy',
    priority: 1,
    unfinished: 2,
    delayed: 0,
    oldestAgeSeconds: 12.4,
    lastWaitSeconds: 4.1,
    probeAgeSeconds: 2,
  },
  {
    queue: 'light',
    priority: 5,
    unfinished: 6,
    delayed: 0,
    oldestAgeSeconds: 0.6,
    lastWaitSeconds: 0.1,
    probeAgeSeconds: 1,
  },
  {
    queue: 'light',
    priority: 1,
    unfinished: 41,
    delayed: 1,
    oldestAgeSeconds: 7.8,
    lastWaitSeconds: 2.2,
    probeAgeSeconds: 1,
  },
];
