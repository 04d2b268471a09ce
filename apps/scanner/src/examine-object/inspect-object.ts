import { createHash } from 'node:crypto';
import { type Part, walkObject } from '@sluice/containers';
import { type Detection, type ObjectType, type PartEngine, maxDetections } from '@sluice/contracts';
import type { HashListEngine } from '@sluice/engine-hash-lists';
import type { Inspection, PartEngineRun } from './inspection.schema.js';

export interface PartEngines {
  /** Null: no rules are configured. */
  readonly yara: PartEngine | null;
  /** Null: no list is configured. */
  readonly hashLists: HashListEngine | null;
}

export interface InspectOptions {
  readonly objectType: ObjectType;
  readonly timeLimitMs: number;
}

/** Paths in an answer, in all: more are counted, not listed. */
const maxListedBytes = 200_000;

/** Shows every part of an object to the engines for parts. Runs inside the sandbox. */
export async function inspectObject(
  bytes: Buffer,
  engines: PartEngines,
  options: InspectOptions,
): Promise<Inspection> {
  const tallies = [engines.hashLists, engines.yara]
    .filter((engine) => engine !== null)
    .map((engine) => new Tally(engine));
  const allowed: (readonly string[])[] = [];
  const report = await walkObject(bytes, {
    ...options,
    onPart: (part) => {
      const sha256 = createHash('sha256').update(part.bytes).digest('hex');
      if (engines.hashLists?.isAllowed(sha256) === true) allowed.push(part.path);
      for (const tally of tallies) tally.take(part, sha256);
    },
  });
  return {
    kind: 'inspection',
    detectedType: report.detectedType,
    mail: report.mail,
    partCount: report.partCount,
    isOutOfTime: report.isOutOfTime,
    isAllowed: allowed.some((path) => path.length === 0),
    unexamined: report.unexamined.map(({ reason, path }) => ({ reason, path: [...path] })),
    runs: tallies.map((tally) => tally.run((path) => allowed.some((prefix) => isWithin(path, prefix)))),
  };
}

const isWithin = (path: readonly string[], prefix: readonly string[]): boolean =>
  prefix.every((label, index) => path[index] === label);

/** One engine over all parts. A part it could not judge makes the whole `failed`, unless something was found. */
class Tally {
  private readonly found: Detection[] = [];
  private hasFailed = false;
  private durationMs = 0;

  constructor(private readonly engine: PartEngine) {}

  take(part: Part, sha256: string): void {
    const startedMs = performance.now();
    const outcome = this.engine.scanPart({ bytes: part.bytes, sha256 });
    this.durationMs += performance.now() - startedMs;
    if (outcome.kind === 'infected')
      this.found.push(...outcome.detections.map((one) => ({ ...one, path: [...part.path] })));
    else if (outcome.kind !== 'clean') this.hasFailed = true;
  }

  /** What the deny list names counts wherever it is: deny wins over allow. */
  run(isAllowed: (path: readonly string[]) => boolean): PartEngineRun {
    const isExempt = this.engine.name !== 'hash-list';
    const counted = this.found.filter((one) => !isExempt || !isAllowed(one.path));
    const clean = this.hasFailed ? 'failed' : 'clean';
    return {
      engine: this.engine.name === 'yara' ? 'yara' : 'hash-list',
      outcome: counted.length > 0 ? 'infected' : clean,
      detections: listed(counted),
      detectionsTotal: counted.length,
      durationMs: this.durationMs,
    };
  }
}

function listed(detections: readonly Detection[]): Detection[] {
  let bytes = 0;
  return detections.slice(0, maxDetections).filter((one, index) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return index === 0 || bytes <= maxListedBytes;
  });
}
