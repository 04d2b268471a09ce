import type { ExternalSystem, LoadStatistics, SystemStatistics, TopSystems } from '@sluice/console-api';
import { createSampler, secondsAgo, stepAt } from './sample-numbers.js';

/** As the statistics of the same minutes; troubled, what waits has grown for half an hour. */
export function sampleLoad(minutes: number, isTroubled: boolean, stepSeconds = 60): LoadStatistics {
  const sampler = createSampler(11);
  const series = Array.from({ length: minutes }, (_, index) => {
    const ago = minutes - 1 - index;
    const grown = isTroubled ? Math.max(0, 30 - ago) : 0;
    return {
      at: stepAt(ago, stepSeconds),
      busyShare: Math.min(1, 0.35 + grown / 40 + sampler.next() / 5),
      waiting: [
        { priority: 5, unfinished: sampler.between(0, 6), oldestSeconds: sampler.between(0, 1) },
        {
          priority: 1,
          unfinished: sampler.between(20, 45) + grown * 12,
          oldestSeconds: sampler.between(2, 8) + grown * 9,
        },
      ],
    };
  });
  return { from: secondsAgo(minutes * stepSeconds), until: secondsAgo(0), stepSeconds, series };
}

export function sampleTopSystems(systems: readonly ExternalSystem[]): TopSystems {
  const items = systems
    .filter((one) => one.registrationId !== null)
    .slice(0, 6)
    .map(({ registrationId, sensorId, name, type }, index) => ({
      registrationId: registrationId ?? '',
      sensorId,
      systemName: name,
      type,
      accepted: Math.round(9000 / (index + 1)),
      detect: index % 3 === 2 ? 0 : 12 - index,
      notExamined: index === 1 ? 7 : 0,
    }));
  return { from: secondsAgo(3600), until: secondsAgo(0), isMore: false, items };
}

/** A day of one system: a working day's wave, and a few detections in the afternoon. */
export function sampleSystemStatistics(): SystemStatistics {
  const hourMs = 3_600_000;
  const fromMs = Date.now() - 24 * hourMs;
  const series = Array.from({ length: 24 }, (_, index) => ({
    at: new Date(fromMs + index * hourMs).toISOString(),
    accepted: index < 8 ? 5 : 90,
    detect: index === 15 ? 9 : index === 16 ? 3 : 0,
    notExamined: index % 4 === 0 && index > 6 ? 3 : index === 23 ? 2 : 0,
  }));
  return {
    from: new Date(fromMs).toISOString(),
    until: new Date().toISOString(),
    accepted: 1480,
    isMore: false,
    processing: 3,
    detect: 12,
    notDetected: 1451,
    timeout: 2,
    error: 12,
    alerts: 12,
    newAlerts: 4,
    stepSeconds: 3600,
    series,
  };
}
