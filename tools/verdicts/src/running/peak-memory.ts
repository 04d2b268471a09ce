import { readFileSync, readdirSync } from 'node:fs';

const sampleMs = 100;

export interface Peaks {
  readonly scannerMebibytes: number;
  readonly inspectorMebibytes: number;
  readonly clamdMebibytes: number;
}

/** Watches the largest resident memory of a scanner, of its inspectors (each for itself) and of a clamd (Linux). */
export class PeakMemory {
  private scanner = 0;
  private inspector = 0;
  private clamd = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly pids: { readonly scanner: number; readonly clamd: readonly number[] }) {
    this.timer = setInterval(() => this.sample(), sampleMs);
  }

  /** Since the last time it was asked. */
  take(): Peaks {
    this.sample();
    const peaks = {
      scannerMebibytes: this.scanner,
      inspectorMebibytes: this.inspector,
      clamdMebibytes: this.clamd,
    };
    this.scanner = this.inspector = this.clamd = 0;
    return peaks;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(): void {
    const parents = parentsOfAll();
    this.scanner = Math.max(this.scanner, residentMebibytes(this.pids.scanner));
    for (const [pid] of parents)
      if (isBelow(pid, this.pids.scanner, parents))
        this.inspector = Math.max(this.inspector, residentMebibytes(pid));
    for (const pid of this.pids.clamd) this.clamd = Math.max(this.clamd, residentMebibytes(pid));
  }
}

function parentsOfAll(): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.map((pid) => [Number(pid), Number(/\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0)]),
  );
}

function isBelow(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at = parents.get(pid) ?? 0; at > 1; at = parents.get(at) ?? 0) if (at === ancestor) return true;
  return false;
}

const residentMebibytes = (pid: number): number =>
  Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);

/** A process may be gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
