import { onTestFinished } from 'vitest';
import { text } from 'node:stream/consumers';
import type { Decision } from '../decision.js';
import type { MilterMessage } from '../milter-message.js';
import type { MilterOptions } from '../milter-options.js';
import type { MilterReport } from '../milter-report.js';
import { MilterServer } from '../milter-server.js';
import { MilterPeer, type PeerReply } from './milter-peer.js';

export const taken: Decision = { answer: { kind: 'continue' } };
interface Seen {
  readonly content: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly client: string | null | undefined;
  readonly helo: string | null;
  readonly queueId: string | null;
  readonly user: string | undefined;
}

async function see(message: MilterMessage): Promise<Seen> {
  const content = await text(message.content.setEncoding('latin1'));
  return {
    content,
    sender: message.sender.address,
    recipients: message.recipients.map(({ address }) => address),
    client: message.client?.address,
    helo: message.helo,
    queueId: message.queueId,
    user: message.macro('auth_authen'),
  };
}

interface Started {
  readonly port: number;
  readonly server: MilterServer;
  readonly seen: Seen[];
  readonly reports: MilterReport[];
}

/** A filter that ends with the test. */
export async function start(
  decide: (message: MilterMessage) => Decision | Promise<Decision> = () => taken,
  options: Partial<MilterOptions> = {},
): Promise<Started> {
  const seen: Seen[] = [];
  const reports: MilterReport[] = [];
  const server = new MilterServer({
    actions: ['add-headers', 'change-headers', 'quarantine'],
    report: (report) => reports.push(report),
    ...options,
    handlers: {
      async handleMessage(message) {
        seen.push(await see(message));
        return decide(message);
      },
      ...options.handlers,
    },
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  return { port: server.port, server, seen, reports };
}

/** An MTA that has agreed with it, and ends with the test. */
export async function peerOf(port: number, steps?: number): Promise<MilterPeer> {
  const peer = await MilterPeer.start(port, steps);
  onTestFinished(() => peer.close());
  return peer;
}

export const shown = (replies: readonly PeerReply[]): string[] =>
  replies.map(({ letter, data }) => letter + data.toString('latin1'));
