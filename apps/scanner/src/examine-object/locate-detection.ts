import type { Engine, Job, ScanContent } from '@sluice/contracts';
import type { ObjectStore } from '@sluice/object-store';
import type { ExtractedPart, Inspector } from './inspector.js';

export interface LocateOptions {
  readonly engine: Engine;
  readonly inspector: Inspector;
  readonly store: ObjectStore;
  readonly job: Job;
  readonly partCount: number;
}

/** Detections are rare and the verdict stands already: a bounded effort, then the path stays empty. */
const maxObjectBytes = 32 * 1024 * 1024;
const maxScannedParts = 200;
const timeoutMs = 10_000;

/**
 * The path of the deepest part in which the engine finds something. Parts come in depth-first order, the outer one
 * before what it holds; what a clean part holds is not scanned again.
 */
export async function locateDetection(options: LocateOptions): Promise<readonly string[]> {
  if (options.job.sizeBytes > maxObjectBytes) return [];
  const deadlineMs = performance.now() + timeoutMs;
  const search = new Search();
  try {
    for (let from = 1; from < options.partCount && performance.now() < deadlineMs;) {
      const parts = await extract(options, from);
      if (parts.length === 0) break;
      from += parts.length;
      for (const part of parts) {
        if (search.isOver(part) || search.scannedCount >= maxScannedParts) return search.path;
        if (!search.isWorthScanning(part)) continue;
        const outcome = await options.engine.scan(contentOf(part.bytes), { timeoutMs });
        search.take(part, outcome.kind === 'infected');
      }
    }
  } catch {
    // The verdict does not depend on it.
  }
  return search.path;
}

async function extract({ store, inspector, job }: LocateOptions, from: number): Promise<ExtractedPart[]> {
  const bytes = await store.read(job.objectKey);
  try {
    const content = { sizeBytes: job.sizeBytes, bytes };
    return await inspector.extract(content, { objectType: job.objectType, timeoutMs, from });
  } finally {
    bytes.destroy();
  }
}

function contentOf(part: Buffer): ScanContent {
  return {
    sizeBytes: part.length,
    bytes: (async function* (): AsyncGenerator<Buffer> {
      yield part;
    })(),
  };
}

class Search {
  scannedCount = 0;
  private found: readonly string[] | null = null;
  private readonly clean: (readonly string[])[] = [];

  get path(): readonly string[] {
    return this.found ?? [];
  }

  /** Beyond the part something was found in, nothing deeper comes. */
  isOver(part: ExtractedPart): boolean {
    return this.found !== null && !isWithin(part.path, this.found);
  }

  isWorthScanning(part: ExtractedPart): boolean {
    return part.bytes.length > 0 && !this.clean.some((path) => isWithin(part.path, path));
  }

  take(part: ExtractedPart, isInfected: boolean): void {
    this.scannedCount += 1;
    if (isInfected) this.found = part.path;
    else this.clean.push(part.path);
  }
}

const isWithin = (path: readonly string[], prefix: readonly string[]): boolean =>
  path.length > prefix.length && prefix.every((label, index) => path[index] === label);
