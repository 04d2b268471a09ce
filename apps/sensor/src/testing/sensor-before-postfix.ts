import { findFreePort } from '@sluice/private-servers';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { until } from '@sluice/timing';
import { createTransport } from 'nodemailer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { contentOf, FakeGateway, prepareFolder, reportOf, type Says } from './fake-gateway.js';
import { SensorProcess } from './sensor-process.js';

export const [anna, berta, lists] = ['anna@example.org', 'berta@example.org', 'all@lists.example.org'];
const guide = path.resolve(import.meta.dirname, '../../../../docs/mail.md');

/** The lines that the guide says to paste, with the port of this test. */
async function pastedSettings(port: number): Promise<Record<string, string>> {
  const text = await readFile(guide, 'utf8');
  const [, block = ''] = /<!-- test: main\.cf -->\s*```\n([^]*?)```/.exec(text) ?? [];
  const lines = block.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.split(/ = (.*)/);
      return [name, value.replaceAll(':8891', `:${port}`)];
    }),
  );
}

export function mailOf(what: string, more: readonly string[] = []): Buffer {
  const head = [
    'From: a@example.com',
    'To: anna@example.org',
    'Date: Thu, 26 Nov 2026 06:00:00 +0000',
    'Message-ID: <1@example.com>',
    `Subject: ${what}`,
    ...more,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\nThis is ${what}.\r\n`);
}

export const report = (state: string, changes: Parameters<typeof reportOf>[1] = {}): Says => ({
  status: 200,
  body: reportOf(state, changes),
});
const missed = (word: string): Says =>
  report('error', { reason: word, notExamined: [{ reason: word }], notExaminedTotal: 1 });

/** What this gateway knows of a mail stands in it. */
const answers: Readonly<Record<string, Says>> = {
  clean: report('not detected'),
  malware: report('detect', { detections: [{ engine: 'clamav', name: 'Eicar\r\n250 ok' }] }),
  encrypted: missed('encrypted'),
  damaged: missed('damaged'),
  unsupported: missed('unsupported'),
  slow: report('timeout'),
  'let-through': report('not detected', { policyApplied: { state: 'not detected', reasons: ['encrypted'] } }),
  busy: { status: 429, retryAfter: 1 },
  unknown: { status: 401 },
  huge: { status: 413 },
  broken: 'break',
};

/** A sensor before a real Postfix, with a gateway that judges a mail by what stands in it. */
export class SensorBeforePostfix {
  gateway!: FakeGateway;
  sensor!: SensorProcess;
  postfix!: RealPostfix;
  private place!: Awaited<ReturnType<typeof prepareFolder>>;
  private port = 0;

  async start(): Promise<void> {
    this.place = await prepareFolder();
    this.gateway = await FakeGateway.start(this.place.server);
    this.port = await findFreePort();
    this.postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta, lists],
      settings: {
        ...(await pastedSettings(this.port)),
        virtual_mailbox_domains: 'example.org lists.example.org',
      },
    });
    await this.startSensor();
  }

  async stop(): Promise<void> {
    await this.sensor?.stop();
    await this.postfix?.stop();
    await this.gateway?.stop();
    await this.place?.remove();
  }

  startSensor = async (): Promise<void> => {
    this.sensor = new SensorProcess({
      SENSOR_GATEWAYS: this.gateway.url,
      SENSOR_GATEWAY_CA_FILE: path.join(this.place.folder, 'server.crt'),
      SENSOR_CERT_FILE: path.join(this.place.folder, 'client.crt'),
      SENSOR_KEY_FILE: path.join(this.place.folder, 'client.key'),
      SENSOR_SPOOL_DIR: this.place.folder,
      SENSOR_MILTER_LISTEN: `127.0.0.1:${this.port}`,
      SENSOR_MILTER_HOLD_SECONDS: '2',
      SENSOR_MILTER_WHEN_NOT_EXAMINED: 'damaged=quarantine,unsupported=hold',
      SENSOR_MILTER_SKIP_RECIPIENTS: '@lists.example.org',
      LOG_LEVEL: 'fatal',
    });
    this.gateway.says = this.judge;
    await this.sensor.start(this.port);
  };

  readonly judge: FakeGateway['says'] = (asked) =>
    asked.method === 'GET'
      ? { status: 200, body: {} }
      : (answers[/^This is (\S+)\.\r$/m.exec(contentOf(asked).toString('latin1'))?.[1] ?? ''] ?? {
          status: 400,
        });

  send = async (raw: Buffer, to: readonly string[] = [anna]): Promise<number> => {
    const transport = createTransport({ host: '127.0.0.1', port: this.postfix.port, ignoreTLS: true });
    return transport.sendMail({ envelope: { from: 'a@example.com', to: [...to] }, raw }).then(
      ({ response }) => Number(response.slice(0, 3)),
      ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
    );
  };

  /** As mail servers do it: again while it is put off. Two seconds for a verdict may be too few for a busy machine itself. */
  sendOn = (raw: Buffer, to?: readonly string[]): Promise<number> =>
    until(async () => {
      const code = await this.send(raw, to);
      return code !== 451 && code;
    });

  /** What was delivered meanwhile, to whom: what no one was to get is looked for after a mail that everyone gets. */
  deliveredBy = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = new Set(await this.postfix.mails(anna, 0));
    await work();
    this.gateway.says = this.judge;
    expect(await this.sendOn(mailOf('clean'))).toBe(250);
    await until(async () => (await this.postfix.waitingCount()) === 0);
    return (await this.postfix.mails(anna, 0)).filter((mail) => !before.has(mail));
  };

  /** The mail of this subject that this sending brings: others may still be on their way, and names of files are no order. */
  deliveredMail = async (raw: Buffer, subject: string): Promise<string> => {
    const before = new Set(await this.postfix.mails(anna, 0));
    expect(await this.sendOn(raw)).toBe(250);
    return until(async () =>
      (await this.postfix.mails(anna, 0)).find(
        (mail) => !before.has(mail) && mail.includes(`Subject: ${subject}\n`),
      ),
    );
  };
}
