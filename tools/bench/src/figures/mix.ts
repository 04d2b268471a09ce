import type { Figure, Measurement } from '../figure.js';
import { compareMix } from '../mix/compare-mix.js';
import { rounded } from '../statistics.js';

/** What comes in on an ordinary day, with an engine that costs what a real one costs. */
export const mix: Figure = {
  name: 'mix',
  title: 'a mix of mails, Office files, PDF, archives and pictures, 550,000 signatures, clamd on one core',
  async run(bench) {
    const { rates, details } = await compareMix(bench, { repeatsPercent: 0 });
    const beside = (figure: string, floorName: string, floor: number, limit: number): Measurement => ({
      figure,
      value: rounded(rates.ours, 1),
      unit: '/s',
      floor: rounded(floor, 1),
      floorName,
      score: rounded(rates.ours / floor),
      target: { sign: '≥', limit },
      details,
    });
    return [
      beside(this.title, 'clamd INSTREAM, 16 at once', rates.clamd, 0.85),
      beside('the same beside a plain scan service', 'that service', rates.plain, 1),
    ];
  },
};
