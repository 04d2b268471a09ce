import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DoorClient } from '../door-client.js';
import { recipient, sampleMail, sender } from '../samples.js';
import { postfixLines, startPostfix } from './postfix.js';

/** What administrators try a mail server with: it sends one mail and shows the conversation. */
export const swaks: DoorClient = {
  name: 'swaks',
  title: 'swaks to Postfix, milter',
  packages: ['swaks'],
  expected: { clean: 'delivered', infected: 'refused', encrypted: 'deferred', away: 'deferred' },
  async start(arena) {
    const { folder: packageFolder, version } = await arena.unpack('swaks');
    const server = await startPostfix('swaks', postfixLines(arena), async (port, occasion) => {
      const file = path.join(await arena.folder('swaks'), `${occasion}.eml`);
      await writeFile(file, await sampleMail('swaks', occasion));
      return send(packageFolder, port, file);
    });
    return { ...server, version };
  },
};

/** The code that the mail ended with; 421 when the server hung up. */
function send(packageFolder: string, port: number, file: string): Promise<number> {
  const target = ['--server', '127.0.0.1', '--port', String(port), '--helo', 'client.sender.example'];
  const mail = ['--from', sender, '--to', recipient, '--data', `@${file}`, '--timeout', '180s'];
  return new Promise((resolve, reject) => {
    // Its exit code names the step that was refused; the server's own code stands in the conversation.
    execFile('perl', [path.join(packageFolder, 'usr/bin/swaks'), ...target, ...mail], (error, stdout) => {
      const replies = [...stdout.matchAll(/^<(?:-|\*\*)\s+(\d{3}) /gm)].map(([, code]) => Number(code));
      const refused = /^<\*\*\s+(\d{3}) /m.exec(stdout)?.[1];
      if (replies.length === 0) reject(error ?? new Error('swaks showed no conversation'));
      // The last reply is to QUIT, the one before it to the mail.
      else resolve(Number(refused ?? (error === null ? replies.at(-2) : 421)));
    });
  });
}
