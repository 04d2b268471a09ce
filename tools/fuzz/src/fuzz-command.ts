import { parseArgs } from 'node:util';
import { Operator } from '@sluice/tool-acceptance';
import type { FuzzReport } from './fuzz-report.js';
import { startFuzzedSystem } from './fuzzed-system.js';
import { runFuzz } from './run-fuzz.js';

const usage = `npm run fuzz [-- --seed N] [--requests N] [--minutes N]

Starts a system and sends its gateway malformed requests, floods and garbage, each round twice, while a good client goes on
submitting. --seed repeats the attacks (default: others each time), --requests is their number in a round (default 10000),
--minutes goes on with further seeds for that long. Exit code 1 when an answer is not one of the contract, the gateway
ended, kept memory or files, or the good client was not served.`;

export async function fuzzCommand(args: readonly string[]): Promise<void> {
  const options = {
    seed: { type: 'string' },
    requests: { type: 'string' },
    minutes: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  const requests = Number(values.requests ?? 10_000);
  const minutes = Number(values.minutes ?? 0);
  if (values.help === true || ![seed, requests].every(Number.isInteger) || !(minutes >= 0)) {
    console.log(usage);
    process.exit(values.help === true ? 0 : 2);
  }
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const endMs = Date.now() + minutes * 60_000;
  let isProof = true;
  for (let current = seed; isProof && (current === seed || Date.now() < endMs); current += 1)
    isProof = await fuzzOnce(current, requests);
  process.exit(isProof ? 0 : 1);
}

async function fuzzOnce(seed: number, requests: number): Promise<boolean> {
  console.log(`seed ${seed}: two rounds of ${requests} attacks, and floods`);
  const system = await startFuzzedSystem();
  const operator = new Operator(system);
  try {
    const report = await runFuzz(
      { seed, requests, rounds: 2, log: (line) => console.log(line) },
      { system, operator },
    );
    print(report);
    return report.violations.length === 0;
  } finally {
    await operator.close();
    await system.end();
  }
}

function print({ rows, requests, seconds, vitals, service, violations }: FuzzReport): void {
  console.log(`\n${'kind'.padEnd(42)} sent    came back`);
  for (const { kind, sent, outcomes } of rows) {
    const counts = Object.entries(outcomes).map(([code, count]) => `${code} × ${count}`);
    console.log(`${kind.padEnd(42)} ${String(sent).padEnd(7)} ${counts.join(', ')}`);
  }
  console.log(`\ngateway        open files  heap MiB  buffers MiB  resident MiB`);
  vitals.forEach(({ openFiles, heapMiB, externalMiB, residentMiB }, index) => {
    const when = index === 0 ? 'at the start' : `round ${index}`;
    const numbers = [heapMiB.toFixed(1).padEnd(9), externalMiB.toFixed(1).padEnd(12), residentMiB.toFixed(0)];
    console.log(`${when.padEnd(14)} ${String(openFiles).padEnd(11)} ${numbers.join(' ')}`);
  });
  console.log(
    `\n${requests} attacks in ${seconds.toFixed(0)} s; the good client submitted ${service.submitted}, ${service.right} right, ${service.failures.length} failed, slowest answer ${service.slowestMs.toFixed(0)} ms`,
  );
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
}
