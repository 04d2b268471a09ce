import { parseArgs } from 'node:util';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { killCount, runMailChaos, type MailChaosOptions } from './mail/run-mail-chaos.js';
import { isFlawless } from './reconcile.js';
import { isAllTold } from './reconcile-deliveries.js';
import { isTidy } from './settle-objects.js';
import { runChaos, type ChaosReport } from './run-chaos.js';

const usage = `npm run chaos [-- --seed N] [--minutes N] [--mails N] [--part objects|mail] [--keeping hold|quarantine]

Starts a system of two gateways, three scanners and two results services, lets twenty clients submit objects with known
verdicts, and kills, freezes and restarts every process, RabbitMQ, PostgreSQL and the receivers of alerts included. --seed repeats a schedule
(default: another one each time), --minutes is how long faults go on (default 10). Exit code 1 unless nothing is wrong, lost, doubled or open
every alert was told to every receiver, no group file is left in the object store and no row without its bytes.

Then mail: --mails N (default 2000) go through a real Postfix with the mail sensor while every process is killed in turn. Delivered, held
and refused to the sender have to be all that was sent, and nothing infected delivered. What could not be examined Sluice alone has (--keeping hold, the default), and
it has to arrive when it is released in the end, or the mail server has it (--keeping quarantine). Only root can run it. --part runs one of
both.`;

export async function chaosCommand(args: readonly string[]): Promise<void> {
  const options = {
    seed: { type: 'string' },
    minutes: { type: 'string' },
    mails: { type: 'string' },
    part: { type: 'string' },
    keeping: { type: 'string' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  const minutes = Number(values.minutes ?? 10);
  const mails = Number(values.mails ?? 2000);
  const keeping = (['hold', 'quarantine'] as const).find((one) => one === (values.keeping ?? 'hold'));
  const parts = values.part === undefined ? ['objects', 'mail'] : [values.part];
  const isUsable = Number.isInteger(seed) && minutes > 0 && Number.isInteger(mails) && mails >= killCount;
  if (
    keeping === undefined ||
    values.help === true ||
    !isUsable ||
    !parts.every((part) => /^(objects|mail)$/.test(part))
  ) {
    console.log(usage);
    process.exit(values.help === true ? 0 : 2);
  }
  // Ending by `exit` lets the launcher take its children along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  const log = (line: string): void => console.log(line);
  let isAllProven = true;
  if (parts.includes('objects')) {
    const report = await runChaos({ seed, durationMs: minutes * 60_000, gapMs: 2500, log });
    print(report);
    isAllProven = isProof(report);
  }
  if (parts.includes('mail')) isAllProven = (await mailChaos({ mails, keeping, log })) && isAllProven;
  process.exit(isAllProven ? 0 : 1);
}

async function mailChaos(options: MailChaosOptions): Promise<boolean> {
  const { log } = options;
  const why = whyNoPostfix();
  if (why !== null) {
    log(`\nNOT RUN, mail through a real Postfix: ${why}`);
    return true;
  }
  const { problems, killed, ...counts } = await runMailChaos(options);
  for (const problem of problems.slice(0, 50)) log(`  ${problem}`);
  log(`\nmail, ${killed.length} kills: ${listed(counts)}, problems ${problems.length}`);
  return problems.length === 0;
}

/** Every fault left its trace, every answer was one of the contract, nothing was wrong, lost, doubled or open, everything told. */
export const isProof = ({ reconciliation, told, stored, withoutTrace, unexpected }: ChaosReport): boolean =>
  isFlawless(reconciliation) &&
  isAllTold(told) &&
  isTidy(stored) &&
  stored.sharedScans > 0 &&
  withoutTrace.length === 0 &&
  Object.keys(unexpected).length === 0;

function print({
  reconciliation,
  told,
  stored,
  workAgain,
  withoutTrace,
  unexpected,
  refusals,
}: ChaosReport): void {
  console.log('\nfault                 times  with work in hand  in work again: median  longest');
  for (const { kind, faults, withWork, medianSeconds, longestSeconds } of workAgain) {
    const seconds = (value: number | null): string => (value === null ? '—' : `${value.toFixed(1)} s`);
    console.log(
      `${kind.padEnd(21)} ${String(faults).padEnd(6)} ${String(withWork).padEnd(18)} ${seconds(medianSeconds).padEnd(22)} ${seconds(longestSeconds)}`,
    );
  }
  const { problems, ...counts } = reconciliation;
  console.log(`\nanswers that were repeated: ${JSON.stringify(refusals)}`);
  if (Object.keys(unexpected).length > 0) console.log(`UNEXPECTED answers: ${JSON.stringify(unexpected)}`);
  for (const fault of withoutTrace) console.log(`NO TRACE of ${fault}`);
  const { problems: untold, ...notifications } = told;
  for (const problem of [...problems, ...untold].slice(0, 50)) console.log(`  ${problem}`);
  console.log(`notifications: ${listed(notifications)}`);
  console.log(
    `scans of shared files ${stored.sharedScans}, group files left ${stored.groupFiles}, rows without bytes ${stored.rowsWithoutBytes.length}`,
  );
  console.log(listed(counts));
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
