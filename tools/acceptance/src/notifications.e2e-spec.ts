import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import { Operator } from './operator.js';
import {
  addChannels,
  addRule,
  channelKinds,
  mailRecipient,
  type AddedChannel,
} from './receivers/alert-receivers.js';
import type { ChannelKind } from './receivers/alert-receivers.js';
import { MailReceiver, RealPostfix, RealRsyslog, serverKeys, WebhookReceiver } from './receivers/index.js';
import { Sensor } from './sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const noPostfix = whyNoPostfix();
if (noPostfix !== null) console.warn(`LEFT OUT, Postfix (smtp-server takes its place): ${noPostfix}`);

const login = { user: 'sluice', password: 'a password of mail' };
const subject =
  '%importance% (%technology%): %detected% in %object% from %sender% to %recipients%, %mail_subject%, %count%';

let folder: string;
let system: TestSystem;
let operator: Operator;
let syslog: RealRsyslog;
let webhook: WebhookReceiver;
let mail: { port: number; first(): Promise<string>; stop(): Promise<void> };
let channels: Record<ChannelKind, AddedChannel>;
let sensor: Sensor;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-notified-'));
  const keys = await serverKeys();
  [system, mail, syslog, webhook] = await Promise.all([
    startTestSystem(),
    startMail(keys),
    RealRsyslog.start(keys),
    WebhookReceiver.start(keys),
  ]);
  operator = new Operator(system);
  const ports = { smtp: mail.port, syslog: syslog.port, webhook: webhook.port };
  channels = await addChannels(operator, { ca: keys.certPem, ports, login });
  sensor = await Sensor.accepted(system, operator, { folder, id: 'mx-1', type: 'mail' });
  await writeFile(path.join(folder, 'mail.eml'), infectedMail());
});

afterAll(async () => {
  await operator?.close();
  await Promise.all([system, mail && { end: () => mail.stop() }].map((one) => one?.end()));
  await Promise.all([syslog?.stop(), webhook?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

async function startMail(keys: Parameters<typeof WebhookReceiver.start>[0]): Promise<typeof mail> {
  if (noPostfix === null) {
    const postfix = await RealPostfix.start({ keys, login, mailboxes: [mailRecipient] });
    return {
      port: postfix.port,
      first: async () => (await postfix.mails(mailRecipient, 1))[0] ?? '',
      stop: () => postfix.stop(),
    };
  }
  const server = await MailReceiver.start({ keys, login });
  return {
    port: server.port,
    first: () => until(() => server.mails[0]?.source),
    stop: () => server.stop(),
  };
}

function infectedMail(): string {
  const encoded = Buffer.from(eicarText()).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    ...[
      'From: Ann <ann@sender.example>',
      'To: Bob <bob@example.org>',
      'Cc: EVE@example.org',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= | <b>now</b>',
    ],
    ...[
      'Message-ID: <1@sender.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
    ],
    ...['--b', 'Content-Type: text/plain', '', 'See the attachment.', '--b'],
    ...['Content-Type: application/octet-stream; name="invoice.com"', 'Content-Transfer-Encoding: base64'],
    ...['Content-Disposition: attachment; filename="invoice.com"', '', encoded, '--b--', ''],
  ].join('\r\n');
}

interface Preview {
  readonly matched: readonly { readonly alertId: number }[];
  readonly example: {
    readonly form: string;
    readonly subject?: string;
    readonly text: string;
    readonly html?: string;
  };
}
const preview = async (kind: ChannelKind): Promise<Preview> => {
  const body = { channelId: channels[kind].id, name: `detections by ${kind}`, subject };
  return (await operator.change('POST', '/notification-rules/preview', body)) as Preview;
};
/** Mail has its own ends of lines, and one more at its end. */
const lines = (text: string | undefined): string[] => (text ?? '').trimEnd().split(/\r?\n/);

/** As Standard Webhooks 1.0.0 writes it: HMAC-SHA256 over `msg_id.timestamp.payload`, key after `whsec_`, base64. */
function verified(secret: string, { headers, body }: WebhookReceiver['calls'][number]): boolean {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']].map(String);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const signatures = String(headers['webhook-signature']).split(' ');
  return signatures.some((one) => one === `v1,${expected}`);
}

describe('a mail with the test virus', () => {
  it('is told by mail, to the SIEM and by a signed webhook, each exactly as previewed', async () => {
    for (const kind of channelKinds) await addRule(operator, kind, channels[kind].id, { subject });
    const fields = [
      'objectType=email',
      'mailFrom=ann@sender.example',
      'rcptTo=bob@example.org',
      'rcptTo=eve@example.org',
      'rcptTo=hidden@example.org',
    ];
    const submitted = await sensor.submit(path.join(folder, 'mail.eml'), 'infected', ...fields);
    expect(submitted).toMatchObject({ status: 200, body: 'OK' });

    const [source, [line], call] = await Promise.all([
      mail.first(),
      syslog.linesWith('|detection|', 1),
      until(() => webhook.calls[0]),
    ]);
    const [asMail, asCef, asJson] = await Promise.all(channelKinds.map(preview));

    const received = await PostalMime.parse(source);
    expect(received.subject).toBe(asMail!.example.subject);
    expect(received.subject).toMatch(
      /^high \(am\): .* from ann@sender\.example to bob@example\.org, eve@example\.org, Grüße/,
    );
    expect(lines(received.text)).toEqual(lines(asMail!.example.text));
    expect(lines(received.html)).toEqual(lines(asMail!.example.html));
    expect(lines(received.text).join('\n')).toContain('invoice.com');
    expect([source, line, call.body].join('\n')).not.toContain('hidden@example.org');
    expect(line!.slice(line!.indexOf('CEF:'))).toBe(asCef!.example.text);
    expect(call.body).toBe(asJson!.example.text);
    expect(verified(channels.webhook.secret ?? '', call)).toBe(true);
    expect(verified(`whsec_${Buffer.alloc(32).toString('base64')}`, call)).toBe(false);
    const { alertId } = (JSON.parse(call.body) as { data: { alertId: number } }).data;
    expect([asMail, asCef, asJson].map((one) => one!.matched.map((alert) => alert.alertId))).toEqual([
      [alertId],
      [alertId],
      [alertId],
    ]);
  });

  it('is told once: nothing more came, and every delivery stands in the console with its answer', async () => {
    interface Deliveries {
      readonly items: {
        readonly state: string;
        readonly channel: { readonly name: string };
        readonly attempts: readonly { readonly outcome: string }[];
      }[];
    }
    // What came is written down after its receiver has it.
    const items = await until(async () => {
      const found = (await operator.get<Deliveries>('/notification-deliveries')).items;
      return found.every(({ state }) => state !== 'waiting') && found;
    });
    const took = ({ outcome }: { outcome: string }): boolean => outcome === 'delivered';
    expect(items.map((one) => [one.state, one.attempts.filter(took).length])).toEqual(
      channelKinds.map(() => ['delivered', 1]),
    );
    // An attempt that a busy machine ended too late may have arrived, as the same message.
    const came = {
      webhook: webhook.calls.map(({ body }) => body),
      syslog: await syslog.linesWith('|detection|', 1),
    };
    for (const kind of ['webhook', 'syslog'] as const) {
      const attempts = items.find(({ channel }) => channel.name.startsWith(kind))?.attempts ?? [];
      expect(came[kind].length).toBeLessThanOrEqual(attempts.length);
      expect(new Set(came[kind]).size).toBe(1);
    }
  });

  it('left no password or signing secret in the log of any service', async () => {
    const secrets = [
      login.password,
      channels.webhook.secret ?? '',
      Buffer.from(login.password).toString('base64'),
    ];
    for (const { logFile } of system.processes) {
      const text = await readFile(logFile, 'utf8');
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }
  });
});
