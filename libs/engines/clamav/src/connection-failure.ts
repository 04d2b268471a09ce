import type { NetConnectOpts } from 'node:net';

/** Where clamd is asked, as `CLAMD_URL` has it. */
export function placeOf(address: NetConnectOpts): string {
  if ('path' in address) return `unix:${address.path}`;
  const { host = 'localhost', port } = address;
  return `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** By the code of the system's error; `of` a socket file or of a port. */
const advice: Record<string, { readonly file: string; readonly port: string }> = {
  ENOENT: {
    file: 'there is no such file: start clamd, and compare its LocalSocket with CLAMD_URL',
    port: 'there is no such place',
  },
  EACCES: {
    file: 'this account may not reach it: it needs to enter each folder above, and to write to the socket (LocalSocketMode, LocalSocketGroup)',
    port: 'this account may not connect',
  },
  ECONNREFUSED: {
    file: 'no one listens any more: start clamd',
    port: 'no one listens there: start clamd, and compare its TCPSocket and TCPAddr with CLAMD_URL',
  },
  ENOTFOUND: { file: 'not found', port: 'the name is not known: compare CLAMD_URL' },
  EAI_AGAIN: { file: 'not found', port: 'the name cannot be looked up now: compare CLAMD_URL' },
  EMFILE: {
    file: 'this process has too many files open: raise its limit (ulimit -n)',
    port: 'this process has too many files open: raise its limit (ulimit -n)',
  },
};

/** What an operator reads: where, which error of the system, and what to do where that is known. */
export function describeFailure(address: NetConnectOpts, cause: unknown): string {
  const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
  const known = advice[code]?.['path' in address ? 'file' : 'port'];
  return `clamd cannot be reached at ${placeOf(address)} (${code})${known === undefined ? '' : `: ${known}`}`;
}
