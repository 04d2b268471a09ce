import { readFileSync, readdirSync } from 'node:fs';

/** Linux counts CPU in these, on every machine Node runs on. */
const ticksPerSecond = 100;

interface Usage {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
}

/** CPU a process and its living descendants have used so far, those that ended and were waited for included. */
export function cpuMsOfTree(pid: number): number {
  const all = readAll();
  const isInTree = (one: Usage | undefined): boolean =>
    one !== undefined && (one.pid === pid || isInTree(all.get(one.parent)));
  return [...all.values()].filter(isInTree).reduce((sum, one) => sum + one.cpuMs, 0);
}

/** Memory a process and its living descendants take now, bytes; what several share counts once. */
export function memoryOfTree(pid: number): number {
  const all = readAll();
  const isInTree = (one: Usage | undefined): boolean =>
    one !== undefined && (one.pid === pid || isInTree(all.get(one.parent)));
  return [...all.values()].filter(isInTree).reduce((sum, one) => sum + proportionalBytes(one.pid), 0);
}

function proportionalBytes(pid: number): number {
  try {
    const line = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0; // ended meanwhile
  }
}

/** Resident memory now, bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

/** The largest it gets while `work` runs, by looking every 50 ms. */
export async function peakResidentBytes(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = residentBytes(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentBytes(pid))), 50);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

function readAll(): Map<number, Usage> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((name) => {
      const usage = read(Number(name));
      return usage === null ? [] : [[usage.pid, usage] as const];
    }),
  );
}

function read(pid: number): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses: state, parent, …; user and system time, own and of ended children.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { pid, parent: Number(fields[1]), cpuMs: (ticks * 1000) / ticksPerSecond };
  } catch {
    return null; // ended meanwhile
  }
}
