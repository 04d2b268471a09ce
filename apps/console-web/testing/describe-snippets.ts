import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { execFile, execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { snippet, type SnippetLanguage } from '../src/external-systems/snippets.js';

const content = Buffer.from([0, 255, 13, 10, 45, 45, 1, 2, 3]);
/** How each is run, and what has to be installed for it. */
const programs: Readonly<Record<SnippetLanguage, { command: string; args: string[]; file: string }>> = {
  curl: { command: 'sh', args: [], file: 'scan.sh' },
  python: { command: 'python3', args: [], file: 'scan.py' },
  node: { command: process.execPath, args: [], file: 'scan.mjs' },
  go: { command: 'go', args: ['run'], file: 'scan.go' },
  java: { command: 'java', args: [], file: 'Scan.java' },
};
/** What the other tests need anyway. */
export const interpreted: readonly SnippetLanguage[] = ['curl', 'python', 'node'];
/** Their compilers take minutes the first time: `npm run proofs -- snippets`. */
export const compiled: readonly SnippetLanguage[] = ['go', 'java'];
const isInstalled = (language: SnippetLanguage): boolean =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => existsSync(path.resolve(folder, programs[language].command)));
const base = '/kata/scanner/v1/sensors/file-server';

interface Seen {
  readonly line: string;
  readonly body: Buffer;
  readonly hasCertificate: boolean;
}

/** Against a server that answers as the gateway's API for external systems says, from what a spec put into it. */
export function describeSnippets(languages: readonly SnippetLanguage[]): void {
  const installed = languages.filter(isInstalled);
  const missing = languages.filter((language) => !isInstalled(language));
  /** Those that compare the fingerprint of the server themselves. */
  const comparing = installed.filter((language) => language !== 'curl');
  let folder: string;
  let server: Server;
  let fingerprint: string;
  let seen: Seen[];
  let answers: { readonly status: number; readonly body: object }[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-snippets-'));
    for (const name of ['server', 'client'])
      execFileSync(
        'openssl',
        `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt`.split(
          ' ',
        ),
        { cwd: folder, stdio: 'ignore' },
      );
    await writeFile(path.join(folder, 'object.bin'), content);
    const [key, cert] = await Promise.all(
      ['server.key', 'server.crt'].map((name) => readFile(path.join(folder, name))),
    );
    fingerprint = new X509Certificate(cert ?? '').fingerprint256;
    server = createServer(
      // As the gateway: callers are known by the fingerprint of a certificate that they made themselves.
      { key, cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const certificate = (request.socket as TLSSocket).getPeerCertificate();
          seen.push({
            line: `${request.method ?? ''} ${request.url ?? ''}`,
            body: Buffer.concat(chunks),
            hasCertificate: Object.keys(certificate).length > 0,
          });
          const answer = answers.shift() ?? { status: 500, body: { error: 'Unexpected' } };
          response.writeHead(answer.status, { 'Content-Type': 'application/json' });
          response.end(JSON.stringify(answer.body));
        });
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    seen = [];
    answers = [];
  });

  async function run(language: SnippetLanguage, serverFingerprint = fingerprint) {
    const { command, args, file } = programs[language];
    const { port } = server.address() as AddressInfo;
    const gateway = { host: '127.0.0.1', port };
    await writeFile(
      path.join(folder, file),
      snippet[language]({ gateway, sensorId: 'file-server', serverFingerprint }),
    );
    return new Promise<{ code: number; output: string }>((resolve) => {
      execFile(command, [...args, file, 'object.bin'], { cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
      );
    });
  }

  if (missing.length > 0)
    it.skip.each(missing)('%s is not installed here: its program was not run', () => undefined);

  it.each(installed)(
    '%s sends the bytes with the certificate and says what was detected',
    async (language) => {
      const detection = { name: 'Eicar-Test-Signature', path: ['a.zip', 'eicar.com'] };
      answers = [{ status: 200, body: { scanId: 'one', state: 'detect', detections: [detection] } }];
      const { code, output } = await run(language);
      expect(seen).toHaveLength(1);
      expect(seen[0]).toMatchObject({ line: `POST ${base}/scans?wait=60`, hasCertificate: true });
      expect(seen[0]?.body.includes(content)).toBe(true);
      expect(seen[0]?.body.toString('latin1')).toMatch(/name="scanId"\r\n\r\n[\w-]+\r\n/);
      expect(output).toContain('detect');
      if (language !== 'curl') expect(output).toContain(detection.name);
      expect(code).toBe(1);
    },
  );

  it.each(installed)('%s asks on until the scan has ended, under the id it gave', async (language) => {
    answers = [
      { status: 202, body: { scanId: 'one' } },
      { status: 200, body: { scanId: 'one', state: 'processing' } },
      { status: 200, body: { scanId: 'one', state: 'not detected', detections: [] } },
    ];
    const { code, output } = await run(language);
    const id = /name="scanId"\r\n\r\n([\w-]+)/.exec(seen[0]?.body.toString('latin1') ?? '')?.[1];
    expect(seen.slice(1).map(({ line }) => line)).toEqual(
      [1, 2].map(() => `GET ${base}/scans/${id ?? ''}?wait=60`),
    );
    expect([code, output]).toEqual([0, expect.stringContaining('not detected')]);
  });

  it.each(installed)('%s takes neither an error nor a refusal for clean', async (language) => {
    answers = [{ status: 200, body: { scanId: 'one', state: 'error', detections: [] } }];
    expect((await run(language)).code).not.toBe(0);
    answers = [{ status: 401, body: { error: 'Unauthorized' } }];
    expect((await run(language)).code).not.toBe(0);
  });

  it.each(comparing)('%s sends nothing to a server of another certificate', async (language) => {
    const { code, output } = await run(
      language,
      fingerprint.replace(/^../, fingerprint.startsWith('00') ? '01' : '00'),
    );
    expect(code).not.toBe(0);
    expect(output).toContain('not the server whose fingerprint is known');
    expect(seen).toEqual([]);
  });

  it.each(comparing)('%s sends nothing while no fingerprint is known', async (language) => {
    const { code, output } = await run(language, '');
    expect(code).not.toBe(0);
    expect(output).toContain('not the server whose fingerprint is known');
    expect(seen).toEqual([]);
  });
}
