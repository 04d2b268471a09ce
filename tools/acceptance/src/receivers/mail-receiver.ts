import type { KeyPair } from '@sluice/tls';
import { findFreePort } from '@sluice/private-servers';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
  readonly user: string | null;
  readonly isEncrypted: boolean;
  readonly atMs: number;
}

interface Behaviour {
  readonly keys?: KeyPair;
  readonly isTlsFromStart?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  /** SMTP code for these recipients. */
  readonly refuse?: Readonly<Record<string, number>>;
  readonly onData?: (source: string) => Error | null;
  /** How long it takes to answer. */
  readonly answerMs?: number;
  /** Whether it offers that; default: it does. */
  readonly has8BitMime?: boolean;
}

/** A real SMTP server that keeps what it gets. */
export class MailReceiver {
  readonly mails: ReceivedMail[] = [];
  /** All that were ever opened. */
  connectionCount = 0;

  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {
    server.on('error', () => undefined);
    server.server.on('connection', () => (this.connectionCount += 1));
  }

  /** `port`: where an earlier one was. No one else gets it in between, as one of the kernel's own choice may. */
  static async start(behaviour: Behaviour = {}, port?: number): Promise<MailReceiver> {
    const { keys, login, refuse = {} } = behaviour;
    const server: SMTPServer = new SMTPServer({
      secure: behaviour.isTlsFromStart ?? false,
      hide8BITMIME: !(behaviour.has8BitMime ?? true),
      // Who offers that takes 8 bits, too.
      hideSMTPUTF8: !(behaviour.has8BitMime ?? true),
      ...(keys === undefined ? { hideSTARTTLS: true } : { key: keys.keyPem, cert: keys.certPem }),
      authOptional: login === undefined,
      allowInsecureAuth: true,
      logger: false,
      closeTimeout: 500,
      onAuth: (auth, _session, callback) => {
        if (auth.username === login?.user && auth.password === login?.password)
          callback(null, { user: auth.username });
        else callback(refusal(535, '5.7.8 wrong password'));
      },
      onRcptTo: ({ address }, _session, callback) => {
        const code = refuse[address];
        callback(code === undefined ? null : refusal(code, 'no such mailbox'));
      },
      onData: (stream, session, callback) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const source = Buffer.concat(chunks).toString('utf8');
          const problem = behaviour.onData?.(source) ?? null;
          if (problem !== null) return callback(problem);
          const { mailFrom, rcptTo } = session.envelope;
          receiver.mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map((one) => one.address),
            source,
            user: session.user ?? null,
            isEncrypted: session.secure,
            atMs: Date.now(),
          });
          // What is not answered any more keeps no process from ending.
          setTimeout(() => callback(null, 'taken as 1'), behaviour.answerMs ?? 0).unref();
        });
      },
    });
    const receiver = new MailReceiver(server, port ?? (await findFreePort()));
    server.listen(receiver.port, '127.0.0.1');
    await once(server.server, 'listening');
    return receiver;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

export const refusal = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });
