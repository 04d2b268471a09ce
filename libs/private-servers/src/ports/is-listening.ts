import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/**
 * Does this process listen on that port? An open port proves nothing: another system's server may have it, and would
 * be given our passwords.
 */
export function isListening(pid: number, port: number): boolean {
  return process.platform === 'linux' ? isListeningByProc(pid, port) : isListeningByLsof(pid, port);
}

const listening = '0A';

function isListeningByProc(pid: number, port: number): boolean {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  // proc(5): local address is the second field, state the fourth, inode the tenth.
  const sockets = ['tcp', 'tcp6'].flatMap((table) =>
    readTable(`/proc/net/${table}`)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${wanted}`) === true && fields[3] === listening)
      .map((fields) => `socket:[${fields[9]}]`),
  );
  return sockets.length > 0 && openFiles(pid).some((file) => sockets.includes(file));
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
