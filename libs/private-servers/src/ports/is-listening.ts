import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * Does this process listen on that port, on an address of IPv4, as all that is started here does? An open port proves nothing: another system's server may have it, and would
 * be given our passwords.
 */
export function isListening(pid: number, port: number): boolean {
  return process.platform === 'linux' ? isListeningByProc(pid, port) : isListeningByLsof(pid, port);
}

const listening = '0A';
/** Of IPv4 all lines are filled up to this. */
const lineBytes = 150;

function isListeningByProc(pid: number, port: number): boolean {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  // proc(5): local address is the second field, state the fourth, inode the tenth.
  for (const line of linesOf('/proc/net/tcp')) {
    const fields = line.trim().split(/\s+/);
    // Behind the heading they come first of all (proc_net_tcp of the kernel's documentation).
    if (fields[3] !== listening && fields[0] !== 'sl') return false;
    if (fields[1]?.endsWith(`:${wanted}`) === true) return openFiles(pid).includes(`socket:[${fields[9]}]`);
  }
  return false;
}

/**
 * One by one: the kernel looks for as many as are read at once. To come to the end of its table takes it 10 ms of CPU, and
 * each process that starts is asked ten times a second.
 */
function* linesOf(table: string): Generator<string> {
  const chunk = Buffer.alloc(lineBytes);
  const handle = openSync(table, 'r');
  try {
    let rest = '';
    for (let size = -1; size !== 0;) {
      size = readSync(handle, chunk, 0, chunk.length, null);
      const lines = (rest + chunk.toString('latin1', 0, size)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } finally {
    closeSync(handle);
  }
}

/** The same of a Unix socket: one that a stranger put in the place answers, too. */
export function isSocketOf(pid: number, socketPath: string): boolean {
  // Elsewhere the folder's mode alone keeps others out.
  if (process.platform !== 'linux') return true;
  const sockets = readTable('/proc/net/unix')
    .filter((line) => line.endsWith(` ${socketPath}`))
    .map((line) => `socket:[${line.trim().split(/\s+/)[6]}]`);
  return sockets.length > 0 && openFiles(pid).some((file) => sockets.includes(file));
}

function readTable(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1);
  } catch {
    // No IPv6 on this machine.
    return [];
  }
}

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(`${folder}/${name}`)];
    } catch {
      // Closed between the look and now.
      return [];
    }
  });
}

function isListeningByLsof(pid: number, port: number): boolean {
  try {
    const args = ['-nP', '-a', '-p', String(pid), `-iTCP:${port}`, '-sTCP:LISTEN', '-t'];
    return (
      execFileSync('lsof', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() !== ''
    );
  } catch {
    return false;
  }
}
