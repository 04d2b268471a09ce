import type { Operator } from '../operator.js';
import { MailReceiver } from './mail-receiver.js';
import { RealRsyslog } from './real-rsyslog.js';
import { serverKeys } from './server-keys.js';
import { WebhookReceiver } from './webhook-receiver.js';

/** Where a channel of each kind sends to. */
export interface ReceiverPorts {
  readonly smtp: number;
  readonly syslog: number;
  readonly webhook: number;
}
export type ChannelKind = keyof ReceiverPorts;
export const channelKinds = ['smtp', 'syslog', 'webhook'] as const satisfies readonly ChannelKind[];

export interface AddedChannel {
  readonly id: string;
  readonly name: string;
  /** Webhooks: what it signs with. */
  readonly secret?: string;
}
export const mailRecipient = 'security@example.org';

/** Sets a channel of each kind up as an operator does, all with the certificate of their receivers. */
export async function addChannels(
  operator: Operator,
  { ca, ports, login }: { ca: string; ports: ReceiverPorts; login?: { user: string; password: string } },
): Promise<Record<ChannelKind, AddedChannel>> {
  const host = '127.0.0.1';
  const credentials = login === undefined ? {} : { username: login.user, password: login.password };
  const settings = {
    smtp: { host, port: ports.smtp, from: 'sluice@example.org', ca, ...credentials },
    syslog: { host, port: ports.syslog, ca },
    webhook: { url: `https://${host}:${ports.webhook}/alerts`, ca, allowPrivateAddresses: true },
  };
  const add = (kind: ChannelKind) =>
    operator.change('POST', '/notification-channels', {
      name: `${kind} of the test`,
      kind,
      settings: settings[kind],
    }) as Promise<AddedChannel>;
  return { smtp: await add('smtp'), syslog: await add('syslog'), webhook: await add('webhook') };
}

/** A rule on every detection for a channel. */
export const addRule = (operator: Operator, kind: ChannelKind, channelId: string, changes: object = {}) =>
  operator.change('POST', '/notification-rules', {
    name: `detections by ${kind}`,
    channelId,
    ...(kind === 'smtp' ? { to: [mailRecipient] } : {}),
    ...changes,
  });

/** One receiver of each kind, all with the same key pair. */
export async function startReceivers() {
  const keys = await serverKeys();
  const [mail, syslog, webhook] = await Promise.all([
    MailReceiver.start({ keys }),
    RealRsyslog.start(keys),
    WebhookReceiver.start(keys),
  ]);
  return {
    ca: keys.certPem,
    ports: { smtp: mail.port, syslog: syslog.port, webhook: webhook.port },
    mail,
    syslog,
    webhook,
    stop: () => Promise.all([mail.stop(), syslog.stop(), webhook.stop()]),
  };
}
