import { mailShapes } from '../clean/clean-mails.js';
import { cleanContents } from '../clean/mail-shape.js';
import { ToolMissing } from '../making/run-tool.js';
import { atOnce } from '../running/at-once.js';
import { EngineFault, orFault } from '../running/engine-fault.js';
import type { KeptResults } from '../running/kept-results.js';
import type { ProofScanner } from '../running/proof-scanner.js';
import type { PartReport } from './part-report.js';

const leastMails = 300;
const leastShapes = 60;

export interface ShapeResult {
  readonly name: string;
  readonly count: number;
  readonly problems: readonly string[];
}

/** Ordinary mail in every shape; of each shape none may be held. */
export async function proveCleanMails(
  scanner: ProofScanner | null,
  { kept, scansAtOnce }: { kept: KeptResults<ShapeResult>; scansAtOnce: number },
): Promise<PartReport> {
  const faults: string[] = [];
  if (scanner !== null)
    await atOnce(
      mailShapes.filter(({ name }) => !kept.has(name)),
      scansAtOnce,
      async (shape) => ({ shape, result: await orFault(runShape(shape, scanner)) }),
      ({ shape, result }) => {
        if (result instanceof EngineFault) faults.push(`${shape.name}: not recorded, ${result.message}`);
        else kept.add(result.name, result);
      },
    );
  const results = mailShapes.flatMap(({ name }) => kept.all.find((one) => one.name === name) ?? []);
  const count = results.reduce((sum, one) => sum + one.count, 0);
  const problems = [...faults, ...results.flatMap((one) => one.problems)];
  if (count < leastMails) problems.push(`${count} mails; at least ${leastMails} have to be`);
  if (results.length < leastShapes)
    problems.push(`${results.length} shapes; at least ${leastShapes} have to be`);
  const clean = results.filter((one) => one.problems.length === 0).length;
  return {
    title: 'Clean mails',
    totals: [`${count} mails of ${results.length} shapes: of ${clean} shapes none is held`],
    problems,
    details: ['', `Shapes: ${mailShapes.map(({ name }) => name).join('; ')}.`],
  };
}

async function runShape(shape: (typeof mailShapes)[number], scanner: ProofScanner): Promise<ShapeResult> {
  const problems: string[] = [];
  let count = 0;
  for (const content of cleanContents) {
    try {
      const seen = await scanner.scan(await shape.make(content), 'email');
      count += 1;
      if (seen.state !== 'not detected')
        problems.push(
          `mail "${shape.name}" with ${content.label}: ${seen.state}, ${[...seen.names, ...seen.unexamined].join('; ')}`,
        );
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      problems.push(`mail "${shape.name}" was not made: ${error.message}`);
    }
  }
  return { name: shape.name, count, problems };
}
