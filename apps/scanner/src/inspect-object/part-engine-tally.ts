import type { Part } from '@sluice/containers';
import { type Detection, type PartEngine, maxDetections } from '@sluice/contracts';
import { type Hit, countedHits } from '../inspection/excuse-allowed.js';
import type { PartEngineRun } from '../inspection/inspection.schema.js';
import { partEngines, type PartEngineName } from '../inspection/part-engines.js';

/** Paths in an answer, in all: more are counted, not listed. */
const maxListedBytes = 200_000;
/** Hits the allow list is asked about; the ones beyond count. */
const maxAskedHits = 50_000;

interface Found extends Hit {
  readonly detection: Detection;
}

/** One engine over all parts. A part it could not judge makes the whole `failed`, unless something was found. */
export class PartEngineTally {
  private readonly found: Found[] = [];
  private foundBeyond = 0;
  private partCount = 0;
  private hasFailed = false;
  private durationMs = 0;

  constructor(
    private readonly name: PartEngineName,
    private readonly engine: PartEngine,
  ) {}

  take(part: Part, isAllowed: boolean): void {
    const startedMs = performance.now();
    const outcome = this.engine.scanPart({ bytes: part.bytes, sha256: part.sha256 });
    this.durationMs += performance.now() - startedMs;
    this.partCount += 1;
    if (outcome.kind !== 'infected') this.hasFailed ||= outcome.kind !== 'clean';
    else for (const one of outcome.detections) this.keep(part, one, isAllowed);
  }

  /** What the deny list names counts wherever it is: deny wins over allow. `hasGap`: something below was not examined. */
  run(hasGap: (part: number) => boolean): PartEngineRun {
    const { isExcusable } = partEngines[this.name];
    const counted = isExcusable ? countedHits(this.found, (part) => !hasGap(part)) : this.found;
    const total = counted.length + this.foundBeyond;
    return {
      engine: this.name,
      outcome: total > 0 ? 'infected' : this.withoutHits(),
      detections: listed(counted.map((one) => one.detection)),
      detectionsTotal: total,
      partCount: this.partCount,
      durationMs: this.durationMs,
    };
  }

  private withoutHits(): PartEngineRun['outcome'] {
    if (this.hasFailed) return 'failed';
    return this.found.length > 0 ? 'excused' : 'clean';
  }

  private keep({ number, within, path, sha256 }: Part, detection: Detection, isAllowed: boolean): void {
    if (this.found.length >= maxAskedHits) {
      this.foundBeyond += 1;
      return;
    }
    const part = { number, within, isAllowed };
    const place = { path: [...path], ...(path.length > 0 && { sha256 }) };
    this.found.push({ part, name: detection.name, detection: { ...detection, ...place } });
  }
}

function listed(detections: readonly Detection[]): Detection[] {
  let bytes = 0;
  return detections.slice(0, maxDetections).filter((one, index) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return index === 0 || bytes <= maxListedBytes;
  });
}
