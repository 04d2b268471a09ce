import { execFile } from 'node:child_process';
import type { TestCaller } from './start-test-gateway.js';

export interface CurlAnswer {
  readonly exitCode: number;
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  /** curl's own account, with `-v` among the arguments. */
  readonly trace: string;
}

/** curl, as in the documentation of the API: `--cert --key`, and whatever the spec adds. */
export function curl(
  caller: TestCaller | null,
  args: readonly string[],
  options: { readonly input?: Buffer | string } = {},
): Promise<CurlAnswer> {
  const identity = caller === null ? [] : ['--cert', caller.certFile, '--key', caller.keyFile];
  const all = ['-sS', '-k', '-i', '--max-time', '120', '--noproxy', '*', ...identity, ...args];
  return new Promise((resolve) => {
    const child = execFile(
      'curl',
      all,
      { maxBuffer: 64 * 1024 ** 2, encoding: 'latin1' },
      (error, stdout, trace) => {
        const answer = split(stdout);
        const exitCode = error === null ? 0 : Number((error as { code?: number }).code ?? 1);
        resolve({ ...answer, exitCode, trace });
      },
    );
    child.stdin?.on('error', () => undefined); // curl may leave before it has read everything
    child.stdin?.end(options.input ?? '');
  });
}

/** The last head in the output: before it stand those of `100 Continue`. */
function split(output: string): { status: number; headers: string; body: string } {
  const end = output.indexOf('\r\n\r\n');
  const headers = end === -1 ? output : output.slice(0, end);
  const status = Number(/^HTTP\/[\d.]+ (\d+)/.exec(headers)?.[1] ?? 0);
  const body = end === -1 ? '' : output.slice(end + 4);
  return status === 100 ? split(body) : { status, headers, body };
}
