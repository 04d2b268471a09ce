import type { Figure } from '../figure.js';
import { compareMix } from '../mix/compare-mix.js';
import { rounded } from '../statistics.js';

const repeatsPercent = 40;

/** The mix with objects that were there before: their verdicts are told again. */
export const mixRepeats: Figure = {
  name: 'mix-repeats',
  title: `the same mix with ${repeatsPercent} % repeats`,
  async run(bench) {
    const { rates, details } = await compareMix(bench, { repeatsPercent });
    return [
      {
        figure: this.title,
        value: rounded(rates.ours, 1),
        unit: '/s',
        floor: rounded(rates.clamd, 1),
        floorName: 'clamd INSTREAM, 16 at once',
        score: rounded(rates.ours / rates.clamd),
        target: { sign: '>', limit: 1 },
        details,
      },
    ];
  },
};
