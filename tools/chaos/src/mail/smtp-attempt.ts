import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** `unread`: the whole mail was sent, and its answer never read: no one can say who has it. */
export type Attempt =
  | { readonly kind: 'answered'; readonly code: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'unread' };

const patienceMs = 300_000;

/** One attempt to hand over a mail, as RFC 5321 has it: a step at a time. */
export async function attemptMail(
  port: number,
  { from, to, raw }: { from: string; to: string; raw: Buffer },
): Promise<Attempt> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(patienceMs, () => socket.destroy());
  let isHandedOver = false;
  try {
    await once(socket, 'connect');
    const replies = repliesOf(socket);
    const steps = [null, 'EHLO client.sender.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA'];
    for (const step of steps) {
      if (step !== null) socket.write(`${step}\r\n`);
      const code = await nextCode(replies);
      if (code >= 400) return { kind: 'answered', code };
    }
    isHandedOver = true;
    socket.write(dotStuffed(raw));
    return { kind: 'answered', code: await nextCode(replies) };
  } catch {
    // Connections break here on purpose.
    return { kind: isHandedOver ? 'unread' : 'broken' };
  } finally {
    socket.destroy();
  }
}

/** Codes of whole replies; ends when the server hangs up. */
async function* repliesOf(socket: Socket): AsyncGenerator<number, void> {
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    for (let whole = lastLine.exec(text); whole !== null; whole = lastLine.exec(text)) {
      text = text.slice(whole[0].length);
      yield Number(whole[1]);
    }
  }
}
const lastLine = /^(?:\d{3}-[^\n]*\n)*(\d{3}) [^\n]*\n/;

async function nextCode(replies: AsyncGenerator<number, void>): Promise<number> {
  const { value, done } = await replies.next();
  if (done === true || value === undefined) throw new Error('the server hung up');
  return value;
}

/** With the line that ends it (RFC 5321 4.5.2). */
function dotStuffed(raw: Buffer): Buffer {
  const text = raw.toString('latin1').replace(/^\./gm, '..');
  return Buffer.from(`${text}${text.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}
