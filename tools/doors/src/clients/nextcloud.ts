import { connect } from 'node:net';
import type { DoorClient } from '../door-client.js';
import { sampleFile } from '../samples.js';

/** What its storage hands over at a time. */
const chunkBytes = 8192;

/**
 * The antivirus app of Nextcloud in its mode "ClamAV Daemon": imitated, since it runs in a whole Nextcloud only. The same
 * bytes on the wire (command in `n` form, chunks as they come, one line read), and judged by the rules it comes with.
 */
export const nextcloud: DoorClient = {
  name: 'nextcloud',
  title: 'Nextcloud (imitated)',
  packages: [],
  expected: { clean: 'passed', infected: 'blocked', encrypted: 'blocked', away: 'blocked' },
  start: (arena) =>
    Promise.resolve({
      version: 'files_antivirus 6',
      async meet(occasion) {
        const line = await ask(arena.ports.clamd, sampleFile('nextcloud', occasion).bytes);
        // Its rules in their order. What matches none is unchecked, which blocks an upload by default.
        return /.*: OK$/.test(line.trimEnd()) ? 'passed' : 'blocked';
      },
      stop: () => Promise.resolve(),
    }),
};

function ask(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let line = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      line += text;
      if (line.includes('\n')) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(line));
    socket.write('nINSTREAM\n');
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = bytes.subarray(at, at + chunkBytes);
      socket.write(lengthOf(chunk));
      socket.write(chunk);
    }
    socket.write(Buffer.alloc(4));
  });
}

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}
