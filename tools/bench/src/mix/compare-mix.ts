import { BenchSystem } from '../bench-system.js';
import type { BenchContext } from '../figure.js';
import { startOpponent } from '../opponents/start-opponent.js';
import { median, rounded } from '../statistics.js';
import { loadSignatures } from './load-signatures.js';
import { mixedObjects, withRepeats, type MixedObject } from './mixed-objects.js';
import { mixSides, slots, type MixSideName } from './mix-sides.js';

export interface MixComparison {
  /** Objects per second, medians. */
  readonly rates: Readonly<Record<MixSideName, number>>;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * The mix through the whole system, to clamd alone and to the plain service, in turns; all with the same clamd, which has
 * one core and a set of signatures of realistic size. `repeatsPercent`: so many were sent in the round before, so that each
 * side has seen them by then.
 */
export async function compareMix(
  { isQuick, log }: BenchContext,
  { repeatsPercent }: { readonly repeatsPercent: number },
): Promise<MixComparison> {
  const bench = await BenchSystem.start({ scanners: 1, variables: { SCANNER_SLOTS: String(slots) } });
  const plain = await startOpponent('plain-service', bench.system.servers.clamd.url.replace(/^unix:/, ''));
  try {
    const loadedMs = await timed(() => loadSignatures(bench));
    log(`  signatures loaded in ${(loadedMs / 1000).toFixed(1)} s`);
    bench.pin('clamd', 0);
    const sides = await mixSides(bench, plain.port);
    const names = Object.keys(sides) as MixSideName[];
    const runs: Record<MixSideName, number[]> = { ours: [], clamd: [], plain: [] };
    const earlier = new Map<MixSideName, readonly MixedObject[]>();
    const [rounds, count] = isQuick ? [1, 40] : [3, 120];
    let sentBytes = 0;
    const used: Record<MixSideName, Map<string, number>> = {
      ours: new Map(),
      clamd: new Map(),
      plain: new Map(),
    };
    // The first round is to warm up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of names) {
        const fresh = mixedObjects(`${name} ${round}`, count);
        const objects = withRepeats(fresh, {
          earlier: earlier.get(name) ?? fresh,
          percent: round === 0 ? 0 : repeatsPercent,
          seed: `repeats ${round}`,
        });
        earlier.set(name, objects);
        const before = bench.cpuMs();
        const perSecond = await sides[name](objects);
        if (round > 0) {
          runs[name].push(perSecond);
          addUsed(used[name], before, bench.cpuMs());
        }
        if (name === 'ours') sentBytes += bytesOf(objects);
      }
      const told = names.map((name) => `${name} ${(runs[name].at(-1) ?? 0).toFixed(1)}/s`);
      log(round === 0 ? '  warmed up' : `  round ${round}: ${told.join(', ')}`);
    }
    const states = await bench.states();
    if (Object.keys(states).some((state) => state !== 'not detected'))
      throw new Error(`not all of the mix was found clean: ${JSON.stringify(states)}`);
    const scans = count * rounds;
    const bytesEach = Math.round(sentBytes / (scans + count));
    const details = {
      runs,
      states,
      bytesEach,
      told: await toldAgain(bench),
      cpuMs: cpuEach(used.ours, scans),
      clamdMs: Object.fromEntries(
        names.map((name) => [name, rounded((used[name].get('clamd') ?? 0) / scans)]),
      ),
    };
    log(
      `  ${bytesEach} bytes each, ${JSON.stringify(details.told)}, CPU ms each ${JSON.stringify(details.cpuMs)}, clamd's by side ${JSON.stringify(details.clamdMs)}`,
    );
    const rates = { ours: median(runs.ours), clamd: median(runs.clamd), plain: median(runs.plain) };
    return { rates, details };
  } finally {
    await plain.stop();
    await bench.end();
  }
}

const bytesOf = (objects: readonly MixedObject[]): number =>
  objects.reduce((sum, { content }) => sum + content.length, 0);

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** How many were told a verdict that was known. */
async function toldAgain({ ledger }: BenchSystem): Promise<{ scans: number; again: number }> {
  const { rows } = await ledger.query<{ scans: number; again: number }>(
    'SELECT count(*)::integer AS scans, count(reused_of)::integer AS again FROM ledger.scans',
  );
  return rows[0] ?? { scans: 0, again: 0 };
}

function addUsed(
  sum: Map<string, number>,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): void {
  for (const [name, ms] of after) sum.set(name, (sum.get(name) ?? 0) + ms - (before.get(name) ?? 0));
}

/** CPU milliseconds an object by process, while it was our turn. */
const cpuEach = (used: ReadonlyMap<string, number>, scans: number): Record<string, number> =>
  Object.fromEntries(
    [...used].map(([name, ms]) => [name, rounded(ms / scans)] as const).filter(([, ms]) => ms > 0),
  );
