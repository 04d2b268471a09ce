import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '@sluice/private-servers';
import { RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { until } from '@sluice/timing';
import { createTransport } from 'nodemailer';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  contentOf,
  FakeGateway,
  fieldOf,
  prepareFolder,
  reportOf,
  type Asked,
  type Says,
} from '../testing/fake-gateway.js';
import { SensorProcess } from '../testing/sensor-process.js';
import { SmtpDialog } from '../testing/smtp-dialog.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, the sensor with a real Postfix: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const [anna, berta, lists] = ['anna@example.org', 'berta@example.org', 'all@lists.example.org'];
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

function mailOf(what: string, more: readonly string[] = []): Buffer {
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

const report = (state: string, changes: Parameters<typeof reportOf>[1] = {}): Says => ({
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

withPostfix('the sensor before a real Postfix', () => {
  let place: Awaited<ReturnType<typeof prepareFolder>>;
  let gateway: FakeGateway;
  let sensor: SensorProcess;
  let postfix: RealPostfix;
  let port: number;
  beforeAll(async () => {
    place = await prepareFolder();
    gateway = await FakeGateway.start(place.server);
    port = await findFreePort();
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta, lists],
      settings: { ...(await pastedSettings(port)), virtual_mailbox_domains: 'example.org lists.example.org' },
    });
    await startSensor();
  });
  afterAll(async () => {
    await sensor?.stop();
    await postfix?.stop();
    await gateway?.stop();
    await place?.remove();
  });
  /** A mail of the test before that still is on its way would count as one of this test. */
  beforeEach(() => until(async () => (await postfix.waitingCount()) === 0));
  afterEach(() => {
    gateway.says = judge;
  });

  async function startSensor(): Promise<void> {
    sensor = new SensorProcess({
      SENSOR_GATEWAYS: gateway.url,
      SENSOR_GATEWAY_CA_FILE: path.join(place.folder, 'server.crt'),
      SENSOR_CERT_FILE: path.join(place.folder, 'client.crt'),
      SENSOR_KEY_FILE: path.join(place.folder, 'client.key'),
      SENSOR_SPOOL_DIR: place.folder,
      SENSOR_MILTER_LISTEN: `127.0.0.1:${port}`,
      SENSOR_MILTER_HOLD_SECONDS: '2',
      SENSOR_MILTER_WHEN_NOT_EXAMINED: 'damaged=quarantine,unsupported=hold',
      SENSOR_MILTER_SKIP_RECIPIENTS: '@lists.example.org',
      LOG_LEVEL: 'fatal',
    });
    gateway.says = judge;
    await sensor.start(port);
  }

  const judge: FakeGateway['says'] = (asked) =>
    asked.method === 'GET'
      ? { status: 200, body: {} }
      : (answers[/^This is (\S+)\.\r$/m.exec(contentOf(asked).toString('latin1'))?.[1] ?? ''] ?? {
          status: 400,
        });

  async function send(raw: Buffer, to: readonly string[] = [anna]): Promise<number> {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true });
    return transport.sendMail({ envelope: { from: 'a@example.com', to: [...to] }, raw }).then(
      ({ response }) => Number(response.slice(0, 3)),
      ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
    );
  }
  /** As mail servers do it: again while it is put off. Two seconds for a verdict may be too few for a busy machine itself. */
  const sendOn = (raw: Buffer, to?: readonly string[]): Promise<number> =>
    until(async () => {
      const code = await send(raw, to);
      return code !== 451 && code;
    });
  /** What was delivered meanwhile, to whom: what no one was to get is looked for after a mail that everyone gets. */
  async function deliveredBy(work: () => Promise<unknown>): Promise<string[]> {
    const before = new Set(await postfix.mails(anna, 0));
    await work();
    gateway.says = judge;
    expect(await sendOn(mailOf('clean'))).toBe(250);
    await until(async () => (await postfix.waitingCount()) === 0);
    return (await postfix.mails(anna, 0)).filter((mail) => !before.has(mail));
  }
  /** The mail of this subject that this sending brings: others may still be on their way, and names of files are no order. */
  async function deliveredMail(raw: Buffer, subject: string): Promise<string> {
    const before = new Set(await postfix.mails(anna, 0));
    expect(await sendOn(raw)).toBe(250);
    return until(async () =>
      (await postfix.mails(anna, 0)).find(
        (mail) => !before.has(mail) && mail.includes(`Subject: ${subject}\n`),
      ),
    );
  }
  const headersOf = (mail: string): string[] => mail.match(/^X-Sluice-\S+: .*$/gm) ?? [];

  it('delivers a clean mail with what is known of it, and without what it claimed itself', async () => {
    const forged = ['X-Sluice-Verdict: infected', 'X-SLUICE-Note: forged'];
    const mail = await deliveredMail(mailOf('clean', forged), 'clean');
    expect(headersOf(mail)).toEqual([
      'X-Sluice-Verdict: clean',
      expect.stringMatching(/^X-Sluice-Reference: mail-[0-9a-f]{40}$/),
    ]);
    expect(mail.indexOf('X-Sluice-Verdict')).toBeLessThan(mail.indexOf('Received:'));
    expect(mail).not.toContain('forged');
    const asked = gateway.posts.at(-1)!;
    expect(['mailFrom', 'rcptTo', 'clientAddress', 'messageId'].map((name) => fieldOf(asked, name))).toEqual([
      'a@example.com',
      anna,
      '127.0.0.1',
      '<1@example.com>',
    ]);
    expect(fieldOf(asked, 'queueId')).toMatch(/^[0-9A-Za-z]{6,}$/);
  });
  it.each([
    ['malware', 550],
    ['encrypted', 451],
    ['slow', 451],
    ['busy', 451],
    ['unknown', 451],
    ['huge', 552],
    ['broken', 451],
    ['something a gateway refuses', 451],
  ])('delivers nothing of %s', async (what, code) => {
    const delivered = await deliveredBy(async () =>
      expect(await (code === 451 ? send : sendOn)(mailOf(what))).toBe(code),
    );
    expect(delivered.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1])).toEqual(['clean']);
  });
  it('holds where the policy says so', async () => {
    const before = await postfix.held();
    expect(await sendOn(mailOf('damaged'), [berta])).toBe(250);
    expect(await postfix.held()).toHaveLength(before.length + 1);
    expect(await postfix.mailCount(berta)).toBe(0);
  });
  describe('that has the policy to hold', () => {
    const isHold = ({ url }: Asked): boolean => url.endsWith('/hold');
    const holding = (says: Says) => {
      gateway.says = (asked) => (isHold(asked) ? says : judge(asked));
    };

    it('takes a mail that Sluice holds, and delivers, queues and keeps it nowhere', async () => {
      holding({ status: 200, body: { held: '00000000-0000-4000-8000-000000000001', reason: null } });
      const before = await postfix.held();
      const delivered = await deliveredBy(async () => expect(await sendOn(mailOf('unsupported'))).toBe(250));
      expect(delivered).toHaveLength(1);
      expect(await postfix.held()).toEqual(before);
      expect(gateway.posts.filter(isHold)).not.toEqual([]);
    });
    it.each<[string, Says]>([
      ['has no room', { status: 200, body: { held: null, reason: 'full' } }],
      ['does not say that it does', { status: 200, body: {} }],
      ['is of the release before', { status: 404 }],
      ['is away', 'break'],
    ])('puts a mail off while Sluice %s', async (_what, says) => {
      holding(says);
      const delivered = await deliveredBy(async () => expect(await send(mailOf('unsupported'))).toBe(451));
      expect(delivered).toHaveLength(1);
    });
  });
  it('delivers what a policy of the registration lets through, not as clean', async () => {
    const mail = await deliveredMail(mailOf('let-through'), 'let-through');
    expect(headersOf(mail)).toContain('X-Sluice-Verdict: not-examined');
    expect(headersOf(mail)).toContain('X-Sluice-Details: allowed by policy: encrypted');
  });
  it('asks for no mail to a list that is skipped, and for all of it when someone else gets it too', async () => {
    gateway.asked.splice(0);
    expect(await send(mailOf('malware'), [lists])).toBe(250);
    expect(headersOf((await postfix.mails(lists, 1))[0] ?? '')).toEqual([
      'X-Sluice-Verdict: skipped',
      'X-Sluice-Details: recipients',
    ]);
    expect(gateway.posts).toEqual([]);
    expect(await sendOn(mailOf('malware'), [lists, anna])).toBe(550);
    expect(await postfix.mailCount(lists)).toBe(1);
  });
  it('refuses for now while no gateway answers', async () => {
    const delivered = await deliveredBy(async () => {
      gateway.says = () => 'break';
      expect(await send(mailOf('malware'))).toBe(451);
    });
    expect(delivered).toHaveLength(1);
  });
  it('meets the scan that was not finished when a mail comes again', async () => {
    gateway.says = ({ method }) =>
      method === 'POST' ? { status: 202, body: { scanId: '1' } } : { status: 202 };
    expect(await send(mailOf('clean'), [berta])).toBe(451);
    gateway.asked.splice(0);
    gateway.says = ({ method, url }) =>
      method === 'GET' && url.includes('/scans/mail-') ? report('detect') : { status: 200, body: {} };
    expect(await sendOn(mailOf('clean'), [berta])).toBe(550);
    expect(gateway.posts).toEqual([]);
  });

  describe('killed', () => {
    const steps = ['EHLO client.example', 'MAIL FROM:<a@example.com>', `RCPT TO:<${anna}>`, 'DATA'];
    /** Each test leaves one that runs, unless it failed. */
    beforeEach(async () => {
      if (!sensor.isRunning) await startSensor();
    });

    it.each([0, 1, 2, 3, 4])('after %i steps of a session, nothing is delivered', async (count) => {
      const delivered = await deliveredBy(async () => {
        const dialog = await SmtpDialog.open(postfix.port);
        const codes: number[] = [];
        for (const step of steps.slice(0, count)) codes.push(await dialog.say(step));
        await sensor.kill();
        for (const step of steps.slice(count)) codes.push(await dialog.say(step));
        if (codes.at(-1) === 354) {
          dialog.write(`${mailOf('malware').toString('latin1')}.\r\n`);
          codes.push(await dialog.reply());
        }
        expect(codes.at(-1)).toBeGreaterThanOrEqual(400);
        dialog.close();
        await startSensor();
      });
      expect(delivered).toHaveLength(1);
    });
    it('while a mail waits for its verdict, nothing is delivered', async () => {
      const delivered = await deliveredBy(async () => {
        let isAsked: () => void = () => undefined;
        const asked = new Promise<void>((resolve) => (isAsked = resolve));
        gateway.says = ({ method }) => {
          if (method === 'POST') isAsked();
          return new Promise(() => undefined);
        };
        const code = send(mailOf('malware'));
        await asked;
        await sensor.kill();
        expect(await code).toBe(451);
        await startSensor();
      });
      expect(delivered).toHaveLength(1);
    });
  });
});
