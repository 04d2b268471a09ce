import { connect } from 'node:net';

/** What clamd alone says of an object, asked without any code of the scanner's: true when it finds something. */
export function foundByBareClamd(url: string, content: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(url.replace(/^unix:/, ''));
    const answer: Buffer[] = [];
    socket.once('error', reject);
    socket.on('data', (chunk) => answer.push(chunk));
    socket.once('end', () => {
      const text = Buffer.concat(answer).toString('latin1');
      // Heuristics say that something is odd, not what it is.
      resolve(/ FOUND\0?$/.test(text) && !text.includes('Heuristics.'));
    });
    const size = Buffer.alloc(4);
    size.writeUInt32BE(content.length);
    // A piece of length 0 ends the stream.
    const pieces = content.length > 0 ? [size, content] : [];
    socket.write(Buffer.concat([Buffer.from('zINSTREAM\0'), ...pieces, Buffer.alloc(4)]));
  });
}
