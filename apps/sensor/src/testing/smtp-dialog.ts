import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '@sluice/timing';

/** One SMTP session, a step at a time: what a mail program hides. */
export class SmtpDialog {
  private received = '';
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => (this.received += text));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  /** Connected and greeted. */
  static async open(port: number): Promise<SmtpDialog> {
    const socket = connect({ host: '127.0.0.1', port });
    const dialog = new SmtpDialog(socket);
    await once(socket, 'connect');
    await dialog.reply();
    return dialog;
  }

  /** The code of the reply, 421 when the server hung up instead. */
  async say(line: string): Promise<number> {
    this.socket.write(`${line}\r\n`);
    return this.reply();
  }

  write(text: string): void {
    this.socket.write(text);
  }

  async reply(): Promise<number> {
    const line = await until(() => {
      const whole = /^(?:\d{3}-[^\n]*\n)*(\d{3}) [^\n]*\n/.exec(this.received);
      if (whole !== null) this.received = this.received.slice(whole[0].length);
      return whole?.[1] ?? (this.isClosed && '421');
    });
    return Number(line);
  }

  close(): void {
    this.socket.destroy();
  }
}
