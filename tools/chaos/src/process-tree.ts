import { readFileSync, readdirSync } from 'node:fs';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** `T`: stopped. */
  readonly state: string;
}

/** A process and its descendants, parents first: PostgreSQL's and Erlang's children lead sessions of their own. */
export function processTree(pid: number): number[] {
  const all = readAll();
  const below = (parent: number): number[] => [
    parent,
    ...all.filter((one) => one.parent === parent).flatMap((one) => below(one.pid)),
  ];
  return all.some((one) => one.pid === pid) ? below(pid) : [];
}

/** Looks again until no one is left that the signal did not reach: a tree may grow while it is walked. */
export function signalTree(pid: number, signal: NodeJS.Signals): number[] {
  const reached = new Set<number>();
  for (let pids = processTree(pid); pids.some((one) => !reached.has(one)); pids = processTree(pid)) {
    for (const one of pids.filter((candidate) => !reached.has(candidate))) {
      reached.add(one);
      sendSignal(one, signal);
    }
  }
  return [...reached];
}

export function areAllStopped(pids: readonly number[]): boolean {
  const states = new Map(readAll().map((one) => [one.pid, one.state]));
  return pids.some((pid) => states.has(pid)) && pids.every((pid) => 'TtZ'.includes(states.get(pid) ?? 'T'));
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone.
  }
}

function readAll(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        // After the name in parentheses: state, parent.
        const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent), state }];
      } catch {
        return [];
      }
    });
}
