import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Given to its standard input. */
  readonly input?: string | Buffer;
  /** Everything it prints is added to this file too. */
  readonly logFile?: string;
  readonly timeoutMs?: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that ended with another code than 0: its last words are in the message. */
export class ProgramFailed extends Error {
  override readonly name = 'ProgramFailed';

  constructor(
    command: readonly string[],
    readonly result: RunResult,
  ) {
    const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-12).join('\n    ');
    super(`${command.slice(0, 6).join(' ')} … ended with ${result.exitCode ?? 'a signal'}:\n    ${said}`);
  }
}

/** Runs a program to its end; does not reject for its exit code. */
export async function tryProgram(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 15 * 60_000,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const log = options.logFile === undefined ? null : createWriteStream(options.logFile, { flags: 'a' });
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      said[name].push(chunk);
      log?.write(chunk);
    });
  }
  child.stdin.on('error', () => {
    // It ended without reading everything: its exit code says why.
  });
  child.stdin.end(options.input);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  log?.end();
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(said[name]).toString('utf8');
  return { exitCode, stdout: text('stdout'), stderr: text('stderr') };
}

/** Runs a program that has to succeed; answers what it printed. Rejects with ProgramFailed. */
export async function runProgram(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryProgram(command, options);
  if (result.exitCode !== 0) throw new ProgramFailed(command, result);
  return result.stdout;
}
