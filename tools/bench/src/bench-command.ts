import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { isReached, type BenchContext, type Figure, type Measurement } from './figure.js';
import { alertSearch } from './figures/alert-search.js';
import { accepted } from './figures/accepted.js';
import { endToEnd } from './figures/end-to-end.js';
import { cpu } from './figures/cpu.js';
import { gateways } from './figures/gateways.js';
import { idle } from './figures/idle.js';
import { latency } from './figures/latency.js';
import { ledgerSize } from './figures/ledger-size.js';
import { mail } from './figures/mail.js';
import { mailDoors } from './figures/mail-doors.js';
import { mailHeld } from './figures/mail-held.js';
import { mailRate } from './figures/mail-rate.js';
import { memory } from './figures/memory.js';
import { mix } from './figures/mix.js';
import { mixRepeats } from './figures/mix-repeats.js';
import { notification } from './figures/notification.js';
import { ownCpu } from './figures/own-cpu.js';
import { priority } from './figures/priority.js';
import { rpc } from './figures/rpc.js';
import { scaleOut } from './figures/scale-out.js';
import { states } from './figures/states.js';
import { terminalTable } from './terminal-table.js';

const figures: readonly Figure[] = [
  accepted,
  endToEnd,
  mix,
  mixRepeats,
  latency,
  priority,
  mail,
  mailRate,
  mailDoors,
  mailHeld,
  notification,
  scaleOut,
  gateways,
  ledgerSize,
  states,
  alertSearch,
  memory,
  rpc,
  cpu,
  ownCpu,
  idle,
];

const usage = `npm run bench -- [--quick] [figure …]

Figures: ${figures.map((figure) => figure.name).join(', ')}. None named: all. --quick: short runs, to see that they work.`;

/** `npm run bench`: a table on the terminal, everything in test-output/bench.json. Exit code 1 when a figure could not be taken. */
export async function benchCommand({ root, args }: { root: string; args: readonly string[] }): Promise<void> {
  const names = args.filter((argument) => !argument.startsWith('--'));
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length > 0 || args.includes('--help')) {
    console.log(usage);
    process.exit(unknown.length > 0 ? 2 : 0);
  }
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const context = { root, isQuick: args.includes('--quick'), log: (line: string) => console.log(line) };
  const chosen = figures.filter((figure) => names.length === 0 || names.includes(figure.name));
  const { measurements, failed } = await runAll(chosen, context);
  await writeReport(root, { measurements, failed, isQuick: context.isQuick });
  console.log(`\n${terminalTable(measurements)}`);
  for (const name of failed) console.error(`${name}: could not be measured`);
  process.exit(failed.length === 0 ? 0 : 1);
}

async function runAll(
  chosen: readonly Figure[],
  context: BenchContext,
): Promise<{ measurements: Measurement[]; failed: string[] }> {
  const measurements: Measurement[] = [];
  const failed: string[] = [];
  for (const figure of chosen) {
    context.log(`\n${figure.title}`);
    try {
      measurements.push(...(await figure.run(context)));
    } catch (error) {
      console.error(error);
      failed.push(figure.name);
    }
  }
  return { measurements, failed };
}

async function writeReport(
  root: string,
  report: { measurements: readonly Measurement[]; failed: readonly string[]; isQuick: boolean },
): Promise<void> {
  const folder = path.join(root, 'test-output');
  await mkdir(folder, { recursive: true });
  const [first] = cpus();
  const machine = {
    cores: cpus().length,
    processor: first?.model ?? 'unknown',
    memoryGibibytes: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
  };
  const lines = report.measurements.map((one) => ({ ...one, isReached: isReached(one) }));
  const content = { takenAt: new Date().toISOString(), machine, ...report, measurements: lines };
  await writeFile(path.join(folder, 'bench.json'), `${JSON.stringify(content, null, 2)}\n`);
}
