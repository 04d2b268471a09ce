import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort, findProgram } from '@sluice/private-servers';
import { until } from '@sluice/timing';
import { canConnect, RealPostfix, serverKeys } from '@sluice/tool-acceptance/receivers';
import { whyNoPostfix } from '@sluice/tool-launcher';
import { createTransport } from 'nodemailer';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FakeGateway, prepareFolder } from '../testing/fake-gateway.js';
import { SensorProcess } from '../testing/sensor-process.js';

const program = findProgram('opendkim');
const reason = whyNoPostfix() ?? (program === null ? 'opendkim is not installed' : null);
if (reason !== null) console.warn(`LEFT OUT, signatures of OpenDKIM through the sensor: ${reason}`);
const withOpendkim = reason === null ? describe : describe.skip;

const anna = 'anna@example.org';

withOpendkim('a mail that OpenDKIM signed before the sensor saw it', () => {
  let place: Awaited<ReturnType<typeof prepareFolder>>;
  let gateway: FakeGateway;
  let sensor: SensorProcess;
  let signer: ChildProcess;
  let postfix: RealPostfix;
  const at = (name: string): string => path.join(place.folder, name);
  beforeAll(async () => {
    place = await prepareFolder();
    gateway = await FakeGateway.start(place.server);
    const [port, signerPort] = [await findFreePort(), await findFreePort()];
    signer = await startSigner(signerPort);
    sensor = new SensorProcess({
      SENSOR_GATEWAYS: gateway.url,
      SENSOR_GATEWAY_CA_FILE: at('server.crt'),
      SENSOR_CERT_FILE: at('client.crt'),
      SENSOR_KEY_FILE: at('client.key'),
      SENSOR_MILTER_LISTEN: `127.0.0.1:${port}`,
    });
    await sensor.start(port);
    postfix = await RealPostfix.start({
      keys: await serverKeys(),
      mailboxes: [anna],
      settings: { smtpd_milters: `inet:127.0.0.1:${signerPort}, inet:127.0.0.1:${port}` },
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sensor?.stop();
    await endSigner();
    await gateway?.stop();
    await place?.remove();
  });

  /** Headers `relaxed`: signed `simple`, a mail that never met the sensor does not verify in opendkim's test mode either. */
  async function startSigner(port: number): Promise<ChildProcess> {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    await writeFile(at('dkim.pem'), pair.privateKey.export({ type: 'pkcs1', format: 'pem' }), {
      mode: 0o600,
    });
    await writeFile(at('keys.txt'), `s._domainkey.example.com v=DKIM1; k=rsa; p=${publicKey}\n`);
    const common =
      'Domain example.com\nSelector s\nCanonicalization relaxed/simple\nSignHeaders From,To,Date,Message-ID,Subject\nInternalHosts 127.0.0.1\n';
    await writeFile(
      at('sign.conf'),
      `Mode s\nRequireSafeKeys no\nKeyFile ${at('dkim.pem')}\nSocket inet:${port}@127.0.0.1\n${common}`,
    );
    await writeFile(at('verify.conf'), `Mode v\nTestPublicKeys ${at('keys.txt')}\n`);
    const child = spawn(program ?? '', ['-f', '-x', at('sign.conf')], { stdio: 'ignore' });
    await until(() => canConnect(port));
    return child;
  }

  async function endSigner(): Promise<void> {
    if (signer === undefined || signer.exitCode !== null) return;
    const closed = once(signer, 'close');
    signer.kill();
    await closed;
  }

  async function verify(mail: string): Promise<string> {
    await writeFile(at('mail.eml'), mail.replace(/\r?\n/g, '\r\n'));
    const { stderr, stdout } = spawnSync(program ?? '', ['-x', at('verify.conf'), '-vt', at('mail.eml')]);
    return `${stdout.toString()}${stderr.toString()}`;
  }

  it('verifies when it was delivered, with the sensor’s headers and without forged ones', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: postfix.port, ignoreTLS: true });
    const head = ['From: a@example.com', `To: ${anna}`, 'Date: Thu, 26 Nov 2026 06:00:00 +0000'];
    const own = [
      'Message-ID: <1@example.com>',
      'Subject:  two  spaces',
      '\tand a fold',
      'X-Sluice-Verdict: no',
    ];
    const raw = `${[...head, ...own].join('\r\n')}\r\n\r\nGrüße \r\n\r\n\r\n`;
    const envelope = { from: 'a@example.com', to: [anna] };
    await transport.sendMail({ envelope, raw: Buffer.from(raw) });
    const [mail = ''] = await postfix.mails(anna, 1);
    expect(mail.match(/^X-Sluice-Verdict: .*$/gm)).toEqual(['X-Sluice-Verdict: clean']);
    expect(mail).toMatch(/^DKIM-Signature: /m);
    expect(await verify(mail)).toMatch(/verification \(.*\) succeeded/);
    expect(await verify(mail.replace('Grüße', 'Gruesse'))).toMatch(/failed/);
    expect(gateway.posts).toHaveLength(1);
  });
});
