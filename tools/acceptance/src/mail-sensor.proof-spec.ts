import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eicarText, findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Operator } from './operator.js';
import { canConnect, RealPostfix, serverKeys } from './receivers/index.js';
import { oneEntryZip, storedZip } from './stored-zip.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, a real Postfix before a whole system: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const [anna, berta] = ['anna@example.org', 'berta@example.org'];
const program = path.resolve(import.meta.dirname, '../../../apps/sensor/dist/main.js');

/** Says that it is encrypted (bit 0); whether its bytes are, no one can say without the password. */
const sealed = oneEntryZip({
  name: 'secret.bin',
  content: Buffer.alloc(64),
  stored: randomBytes(76),
  flags: 1,
});

withPostfix('Postfix with the mail sensor before a whole system', () => {
  let folder: string;
  let system: TestSystem;
  let operator: Operator;
  let sensor: ChildProcess;
  let postfix: RealPostfix;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-mail-sensor-'));
    const port = await findFreePort();
    system = await startTestSystem();
    operator = new Operator(system);
    sensor = spawn(process.execPath, [program], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'] ?? '',
        LOG_LEVEL: 'error',
        MANAGEMENT_PORT: '0',
        SENSOR_GATEWAYS: system.gatewayUrl,
        SENSOR_GATEWAY_CA_FILE: system.gatewayCertificateFile,
        SENSOR_CERT_FILE: path.join(folder, 'sensor.crt'),
        SENSOR_KEY_FILE: path.join(folder, 'sensor.key'),
        SENSOR_MILTER_LISTEN: `127.0.0.1:${port}`,
      },
    });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    await until(() => canConnect(port));
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}` },
    });
  }, 240_000);
  afterAll(async () => {
    await postfix?.stop();
    if (sensor !== undefined && sensor.exitCode === null) {
      const closed = once(sensor, 'close');
      sensor.kill('SIGTERM');
      await closed;
    }
    await operator?.close();
    await system?.end();
    await rm(folder, { recursive: true, force: true });
  }, 90_000);

  async function send(subject: string, attachment: Buffer): Promise<number> {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true });
    const mail = {
      from: 'ann@sender.example',
      to: [anna, berta],
      subject,
      text: 'See the attachment.',
      attachments: [{ filename: 'invoice.zip', content: attachment }],
    };
    return transport.sendMail(mail).then(
      ({ response }) => Number(response.slice(0, 3)),
      ({ responseCode }: Error & { responseCode?: number }) => responseCode ?? 421,
    );
  }

  it('delivers a clean mail to each recipient, and says that it is clean', async () => {
    expect(await send('clean', storedZip('note.txt', Buffer.from('nothing to see')))).toBe(250);
    for (const mailbox of [anna, berta]) {
      const [mail = ''] = await postfix.mails(mailbox, 1);
      expect(mail).toMatch(/^X-Sluice-Verdict: clean$/m);
      expect(mail).toMatch(/^X-Sluice-Reference: mail-[0-9a-f]{40}$/m);
    }
  });
  it('refuses a test virus in a zip, and an operator sees who sent what to whom', async () => {
    expect(await send('Invoice of May', storedZip('invoice.com', Buffer.from(eicarText())))).toBe(550);
    const alert = await until(async () => {
      const { items } = await operator.get<{ items: Record<string, unknown>[] }>('/alerts?limit=10');
      return items[0];
    }, 60_000);
    expect(JSON.stringify(alert)).toContain('Invoice of May');
    expect(JSON.stringify(alert)).toContain('ann@sender.example');
    for (const mailbox of [anna, berta]) expect(JSON.stringify(alert)).toContain(mailbox);
    await until(async () => (await postfix.waitingCount()) === 0);
    expect([await postfix.mailCount(anna), await postfix.mailCount(berta)]).toEqual([1, 1]);
  });
  it('takes nothing that is encrypted', async () => {
    expect(await send('sealed', sealed)).toBe(451);
    await until(async () => (await postfix.waitingCount()) === 0);
    expect(await postfix.mailCount(anna)).toBe(1);
  });
});
