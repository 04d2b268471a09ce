import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** One system call as strace saw it; `begun` and `done` are places in the order of everything that was seen. */
export interface TracedCall {
  readonly name: string;
  /** Its arguments, each descriptor with what it stands for: `write(30<TCP:[127.0.0.1:1->127.0.0.1:2]>, "…", 12)`. */
  readonly text: string;
  readonly begun: number;
  readonly done: number;
}

/** Why this process may not trace others (a container without ptrace, a kernel setting), or null when it may. */
export function whyNoTracing(): string | null {
  const { status, stderr, error } = spawnSync('strace', ['-f', '-e', 'trace=none', 'true'], {
    encoding: 'utf8',
  });
  return status === 0 ? null : (error?.message ?? (stderr.trim().split('\n')[0] || `exit code ${status}`));
}

/** The calls of a running process and of its threads, while `work` is done. */
export async function traceCalls(
  { pid, calls, file }: { readonly pid: number; readonly calls: readonly string[]; readonly file: string },
  work: () => Promise<unknown>,
): Promise<TracedCall[]> {
  const trace = spawn(
    'strace',
    ['-f', '-yy', '-s', '65536', '-e', `trace=${calls.join()}`, '-o', file, '-p', String(pid)],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(trace, 'exit');
  await new Promise<void>((resolve, reject) => {
    let said = '';
    trace.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('attached')) resolve();
    });
    trace.once('exit', () => reject(new Error(`strace: ${said}`)));
  });
  try {
    await work();
  } finally {
    trace.kill('SIGINT');
    await ended;
  }
  return parseTrace(await readFile(file, 'utf8'));
}

/** Lines of `strace -f -o`: whole calls, and calls another thread's came in between of, told in two lines. */
export function parseTrace(text: string): TracedCall[] {
  const open = new Map<string, { name: string; text: string; begun: number }>();
  const calls: TracedCall[] = [];
  text.split('\n').forEach((line, place) => {
    const [, thread = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const begun = /^(\w+)\((.*) <unfinished \.\.\.>$/.exec(rest);
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    const whole = /^(\w+)\((.*)$/.exec(rest);
    if (begun !== null) open.set(thread, { name: begun[1] ?? '', text: begun[2] ?? '', begun: place });
    else if (resumed !== null) {
      const first = open.get(thread);
      if (first !== undefined) calls.push({ ...first, text: first.text + (resumed[2] ?? ''), done: place });
      open.delete(thread);
    } else if (whole !== null)
      calls.push({ name: whole[1] ?? '', text: whole[2] ?? '', begun: place, done: place });
  });
  return calls.sort((one, other) => one.begun - other.begun);
}
