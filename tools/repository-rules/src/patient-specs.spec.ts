import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles } from './repository.js';

/** Specs on real servers, and what they share. */
const sources = repositoryFiles().filter((name) =>
  /(\.(int|e2e)-spec|\/testing\/.*(?<!\.(proof-)?spec))\.tsx?$/.test(name),
);
const numberOf = (digits = ''): number => Number(digits.replaceAll('_', ''));
const commonMs = numberOf(/testTimeout: ([\d_]+)/.exec(readRepositoryFile('vitest.config.mjs'))?.[1]);
/** Longer than a busy machine keeps anyone waiting for a condition that comes true. */
const leastUntilMs = 60_000;
/** A machine with thirty processes for each processor misses shorter ones, and the connection is gone. */
const leastHeartbeatSeconds = 30;
/** Where a missed one is what is tested, and where a killed part's work is waited for by multiples of them. */
const shortHeartbeats = [
  'apps/results/src/find-lost-scans/paused-scanner.int-spec.ts',
  'tools/acceptance/src/crashes.e2e-spec.ts',
];

/** Limits of time that are over before a busy machine has done what is waited for. */
function hasty(text: string, mayMissHeartbeats = false): string[] {
  const below = (pattern: RegExp, least: number): string[] =>
    [...text.matchAll(pattern)]
      .filter(([, digits]) => numberOf(digits) < least)
      .map(([whole]) => whole.trim());
  return [
    // Of a test or a hook.
    ...below(/^[ ]*\}, ([\d_]+)\);$/gm, commonMs),
    ...below(/^[ ]*\},\n[ ]*([\d_]{4,}),\n[ ]*\);$/gm, commonMs),
    ...below(/(?:testTimeout|hookTimeout): ([\d_]+)/g, commonMs),
    // Of one that may run out (`.catch`) nothing is expected.
    ...below(/\b(?:until|eventually)\(.*, ([\d_]{3,})\)(?!\.catch)/g, leastUntilMs),
    ...(mayMissHeartbeats
      ? []
      : below(
          /(?:connectBroker\([^)]*heartbeatSeconds: |HEARTBEAT_SECONDS: ')(\d+)/g,
          leastHeartbeatSeconds,
        )),
  ];
}

describe('specs on real servers', () => {
  it('have no limits of time that a busy machine misses', () => {
    expect(sources.length).toBeGreaterThan(200);
    const found = sources.flatMap((name) =>
      hasty(readRepositoryFile(name), shortHeartbeats.includes(name)).map((limit) => `${name}: ${limit}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['a test’s', "it('x', async () => {\n  go();\n}, 30_000);"],
    ['a table’s', "it.each([1])(\n  'x',\n  async () => {\n    go();\n  },\n  120_000,\n);"],
    ['a file’s', 'vi.setConfig({ testTimeout: 90_000 });'],
    ['a condition’s', 'await until(() => mails.length > 0, 10_000);'],
    ['a connection’s', 'connectBroker({ url, heartbeatSeconds: 5, logger });'],
    ['a process’', "AMQP_HEARTBEAT_SECONDS: '2',"],
  ])('are seen by %s', (_what, text) => expect(hasty(text)).toHaveLength(1));

  it('may have longer ones, and look for a moment at what need not come', () => {
    const text = ['}, 600_000);', 'await until(isWhole, 200).catch(() => undefined);', 'await until(isUp);'];
    expect(hasty(text.join('\n'))).toEqual([]);
  });
});
