import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText, findFreePort } from '@sluice/private-servers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Operator } from './operator.js';
import { canConnect, MailReceiver, RealPostfix, serverKeys } from './receivers/index.js';
import { oneEntryZip, storedZip } from './stored-zip.js';
import { startMilterSensor, stopMilterSensor } from './start-milter-sensor.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

const reason = whyNoPostfix();
if (reason !== null) console.warn(`LEFT OUT, a real Postfix before a whole system: ${reason}`);
const withPostfix = reason === null ? describe : describe.skip;

const [anna, berta] = ['anna@example.org', 'berta@example.org'];

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
  let receiver: MailReceiver;
  let sensorId: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-mail-sensor-'));
    const port = await findFreePort();
    receiver = await MailReceiver.start();
    system = await startTestSystem({
      variables: { RELEASE_SMTP_URL: `smtp://127.0.0.1:${receiver.port}` },
    });
    operator = new Operator(system);
    sensor = startMilterSensor(system, { folder, port });
    const row = await until(async () => (await operator.rowsOf('mail'))[0], 60_000);
    await operator.accept(row, 'mail');
    sensorId = row.id;
    await until(() => canConnect(port));
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna, berta],
      settings: { smtpd_milters: `inet:127.0.0.1:${port}` },
    });
  }, 240_000);
  afterAll(async () => {
    await postfix?.stop();
    await stopMilterSensor(sensor);
    await operator?.close();
    await system?.end();
    await receiver?.stop();
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
  it('has Sluice hold it where the console says so: released it arrives unchanged, refused its sender is told', async () => {
    const mailPolicy = { whenNotExamined: { encrypted: 'hold' } };
    await operator.change('PATCH', `/external-systems/${sensorId}`, { mailPolicy });
    // The sensor has it with its next look at a gateway; until then such mail is put off.
    await until(async () => (await send('to be released', sealed)) === 250, 60_000);
    expect(await send('to be refused', sealed)).toBe(250);
    const held = async (): Promise<Record<string, string>> => {
      const { items } = await operator.get<{ items: { id: string; message: { subject: string } }[] }>(
        '/quarantine?hold=held',
      );
      return Object.fromEntries(items.map(({ id, message }) => [message.subject, id]));
    };
    const ids = await held();
    expect(Object.keys(ids).sort()).toEqual(['to be refused', 'to be released']);
    // A notifier says where it sends mail within half a minute of its start.
    await until(async () => {
      const { status } = await operator.call('POST', '/quarantine/release', { ids: [ids['to be released']] });
      return status === 200;
    }, 60_000);
    await operator.change('POST', '/quarantine/refuse', { ids: [ids['to be refused']] });
    await until(() => receiver.mails.length === 2, 60_000);
    const [notice, released] = [...receiver.mails].sort((a, b) => a.from.length - b.from.length);
    expect(released).toMatchObject({ from: 'ann@sender.example', to: [anna, berta] });
    expect(released?.source).toContain('Subject: to be released');
    expect(released?.source).toContain('See the attachment.');
    expect(notice).toMatchObject({ from: '', to: ['ann@sender.example'] });
    expect(notice?.source).toContain('report-type=delivery-status');
    expect(notice?.source).toContain('Subject: to be refused');
    expect(notice?.source).not.toContain('See the attachment.');
    await until(async () => Object.keys(await held()).length === 0, 90_000);
    await until(async () => (await postfix.waitingCount()) === 0);
    expect([await postfix.mailCount(anna), (await postfix.held()).length]).toEqual([1, 0]);
  }, 300_000);
});
