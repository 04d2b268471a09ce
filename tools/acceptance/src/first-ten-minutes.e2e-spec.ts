import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarText } from '@sluice/private-servers';
import { fetch, FormData } from 'undici';
import { curl } from './curl.js';
import { Operator } from './operator.js';
import { Sensor } from './sensor.js';
import { storedZip } from './stored-zip.js';
import { startTestSystem, until, type TestSystem } from './test-system.js';

/** note.txt with traditional encryption, made once with `bsdtar --options zip:encryption=traditional`. */
const encryptedZip =
  'UEsDBBQACQAIAE2gdV0AAAAAAAAAAA8AAAAIACAAbm90ZS50eHRVVA0AB9L4AWvS+AFr0vgBa3V4CwABBAAAAAAEAAAAAK3IgMOCT7s9uPb10vCqhyGlaBln' +
  '2594qLc1icmOUEsHCPltijwdAAAADwAAAFBLAQIUAxQACQAIAE2gdV35bYo8HQAAAA8AAAAIACAAAAAAAAAAAACkgQAAAABub3RlLnR4dFVUDQAH0vgBa9L4' +
  'AWvS+AFrdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAABAAEAVgAAAHMAAAAAAA==';

let folder: string;
let system: TestSystem;
let operator: Operator;
let fileServer: Sensor;

const file = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-client-'));
  system = await startTestSystem();
  operator = new Operator(system);
  await writeFile(file('eicar.com'), eicarText());
  await writeFile(
    file('report.pdf'),
    `%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  );
  await writeFile(file('invoice.zip'), storedZip('eicar.com', Buffer.from(eicarText())));
  await writeFile(file('locked.zip'), Buffer.from(encryptedZip, 'base64'));
  await writeFile(file('mail.eml'), await mailWithAttachment(file('invoice.zip')));
});

afterAll(async () => {
  await operator?.close();
  await system?.end();
  await rm(folder, { recursive: true, force: true });
});

async function mailWithAttachment(attachment: string): Promise<string> {
  const encoded = (await readFile(attachment)).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    'From: Ann <ann@example.com>',
    'To: Bob <bob@example.com>',
    'Subject: the invoice',
    'Message-ID: <1@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See the attachment.',
    '--b',
    'Content-Type: application/zip; name="invoice.zip"',
    'Content-Disposition: attachment; filename="invoice.zip"',
    'Content-Transfer-Encoding: base64',
    '',
    encoded,
    '--b--',
    '',
  ].join('\r\n');
}

/** 100 MiB no one can compress, written in pieces. */
async function writeLargeFile(name: string, sizeBytes: number): Promise<void> {
  const handle = await open(name, 'w');
  const piece = randomBytes(1024 * 1024);
  for (let written = 0; written < sizeBytes; written += piece.length)
    await handle.write(piece, 0, Math.min(piece.length, sizeBytes - written));
  await handle.close();
}

describe('a new external system', () => {
  it('gets 401 at its first call, and one request stands in the list', async () => {
    fileServer = await Sensor.make(system, folder, 'fileserver-1');
    const answer = await fileServer.submit(file('eicar.com'), 'before');
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'Unauthorized' });
    await fileServer.get('/scans/state');
    const row = await until(async () => (await operator.rowsOf('fileserver-1'))[0]);
    expect(row).toMatchObject({ state: 'pending', type: 'other', idInUse: false });
    expect(await operator.rowsOf('fileserver-1')).toHaveLength(1);
  });

  it('without a certificate gets 401 and makes no request', async () => {
    const answer = await curl(`${system.gatewayUrl}/kata/scanner/v1/sensors/stranger/scans/filters`);
    expect(answer.status).toBe(401);
    await fileServer.get('/scans/state');
    expect(await operator.rowsOf('stranger')).toEqual([]);
  });

  it('is served once an operator accepted what was seen', async () => {
    const [row] = await operator.rowsOf('fileserver-1');
    await operator.accept(row!, 'other');
    const answer = await until(async () => {
      const one = await fileServer.get('/scans/filters');
      return one.status === 200 ? one : undefined;
    });
    expect(JSON.parse(answer.body)).toMatchObject({ maxObjectSize: 104857600 });
  });
});

describe('verdicts', () => {
  it('EICAR is detected, and the report says by what and with which signatures', async () => {
    expect(await fileServer.submit(file('eicar.com'), 'eicar')).toMatchObject({ status: 200, body: 'OK' });
    const report = await fileServer.report('eicar');
    expect(report.state).toBe('detect');
    expect(report.detections).toContainEqual(expect.objectContaining({ engine: 'clamav', technology: 'am' }));
    expect(report.engines).toContainEqual(
      expect.objectContaining({ engine: 'clamav', isTestSignatures: true }),
    );
  });

  it('a PDF is not detected', async () => {
    await fileServer.submit(file('report.pdf'), 'pdf');
    expect((await fileServer.report('pdf')).state).toBe('not detected');
  });

  it('an empty object is not detected', async () => {
    await writeFile(file('empty'), '');
    expect((await fileServer.submit(file('empty'), 'empty')).body).toBe('OK');
    expect((await fileServer.report('empty')).state).toBe('not detected');
  });

  it('a mail with EICAR in a zipped attachment is detected, with the path inside', async () => {
    await fileServer.submit(file('mail.eml'), 'mail');
    const report = await fileServer.report('mail');
    expect(report.state).toBe('detect');
    expect(report.detections.map((one) => one.path.join(' → '))).toContain('invoice.zip → eicar.com');
  });

  it('an object of exactly the largest size passes, one byte more is 413', async () => {
    const largest = 100 * 1024 ** 2;
    await writeLargeFile(file('largest'), largest);
    expect((await fileServer.submit(file('largest'), 'largest')).body).toBe('OK');
    await writeLargeFile(file('too-large'), largest + 1);
    expect((await fileServer.submit(file('too-large'), 'too-large')).status).toBe(413);
    expect((await fileServer.report('largest')).state).toBe('not detected');
  });

  it('an encrypted archive is never clean', async () => {
    await fileServer.submit(file('locked.zip'), 'locked');
    expect(await fileServer.report('locked')).toMatchObject({ state: 'error', reason: 'encrypted' });
  });

  it('each detection raised one alert, which the caller reads in its feed', async () => {
    const feed = JSON.parse((await fileServer.get('/detects')).body) as {
      detects: { alertID: number }[];
      token: string;
    };
    expect(feed.detects).toHaveLength(2);
    const rest = JSON.parse((await fileServer.get(`/detects?token=${feed.token}`)).body) as {
      detects: unknown[];
    };
    expect(rest.detects).toEqual([]);
    const alerts = await operator.get<{ items: unknown[] }>('/alerts');
    expect(alerts.items).toHaveLength(2);
  });
});

describe('deleting', () => {
  it('removes one result, and says 404 for one it does not know', async () => {
    expect(await fileServer.delete('/scans/pdf')).toMatchObject({ status: 200, body: 'OK' });
    expect((await fileServer.get('/scans/pdf')).status).toBe(404);
    expect((await fileServer.delete('/scans/pdf')).status).toBe(404);
  });

  it('removes all, and is content when there were none', async () => {
    expect(await fileServer.delete('/scans')).toMatchObject({ status: 200, body: 'OK' });
    expect(await fileServer.states()).toEqual([]);
    expect((await fileServer.delete('/scans')).status).toBe(200);
    expect((await fileServer.delete('/scans/')).status).toBe(404);
  });
});

describe('the limit on unfinished scans', () => {
  // The defaults, ten times as large, are held by the settings' own specs.
  it('is one for each external system, and keeps the last tenth for mail: the 91st of the others is 429, mail gets in up to 100', async () => {
    await operator.change('PATCH', '/settings', {
      maxConcurrentScans: 100,
      maxUnfinishedScansPerSystem: 50,
      // These are the same bytes over and over: each is to wait for a scan.
      reuseVerdictsMinutes: 0,
    });
    const second = await Sensor.accepted(system, operator, { folder, id: 'second-server' });
    const mail = await Sensor.accepted(system, operator, { folder, id: 'mail-1', type: 'mail' });
    const scanner = system.processes.find((one) => one.name === 'scanner-1');
    await scanner?.stop();
    try {
      expect(await submitMany(fileServer, 'file', 50)).toEqual(Array(50).fill(200));
      const refused = await fileServer.submit(file('report.pdf'), 'file-50');
      expect(refused.status).toBe(429);
      expect(await submitMany(second, 'other', 40)).toEqual(Array(40).fill(200));
      expect((await second.submit(file('report.pdf'), 'other-40')).status).toBe(429);
      expect(refused.headers['retry-after']).toEqual([expect.stringMatching(/^\d+$/)]);
      expect(await submitMany(mail, 'mail', 10)).toEqual(Array(10).fill(200));
      expect((await mail.submit(file('report.pdf'), 'mail-10')).status).toBe(429);
      // A repeat of what was answered OK is answered OK, limit or not.
      expect((await fileServer.submit(file('report.pdf'), 'file-0')).status).toBe(200);
    } finally {
      await scanner?.start();
    }
    for (const one of [fileServer, second, mail])
      await until(async () => (await one.states('?state=processing')).length === 0, 120_000);
    expect((await fileServer.states('?state=not%20detected')).length).toBe(50);
    expect((await second.states('?state=not%20detected')).length).toBe(40);
    expect((await mail.states('?state=not%20detected')).length).toBe(10);
  });
});

/**
 * Many submissions over a few connections kept alive; the status codes. One that is told that Sluice is away comes again, as
 * clients do: a busy machine is, for a moment.
 */
async function submitMany(sensor: Sensor, prefix: string, count: number): Promise<number[]> {
  const content = new Blob([await readFile(file('report.pdf'))]);
  const agent = sensor.agent(8);
  const submit = async (scanId: string): Promise<number> => {
    const body = new FormData();
    body.set('scanId', scanId);
    body.set('content', content, 'report.pdf');
    const answer = await fetch(`${sensor.base}/scans`, { method: 'POST', body, dispatcher: agent });
    await answer.text();
    return answer.status;
  };
  try {
    return await Promise.all(
      Array.from({ length: count }, (_, index) =>
        until(async () => {
          const status = await submit(`${prefix}-${index}`);
          return status !== 503 && status;
        }),
      ),
    );
  } finally {
    await agent.close();
  }
}

describe('a deleted system', () => {
  it('is cut off, and its next call is a new request that sees nothing of the old one', async () => {
    const doomed = await Sensor.accepted(system, operator, { folder, id: 'doomed' });
    await doomed.submit(file('report.pdf'), 'one');
    await doomed.report('one');
    const [row] = await operator.rowsOf('doomed');
    await operator.change('DELETE', `/external-systems/${row!.id}`);
    await until(async () => (await doomed.get('/scans/filters')).status === 401);
    const again = await until(async () => (await operator.rowsOf('doomed'))[0]);
    expect(again).toMatchObject({ state: 'pending' });
    await operator.accept(again, 'other');
    await until(async () => (await doomed.get('/scans/filters')).status === 200);
    expect(await doomed.states()).toEqual([]);
  });
});
