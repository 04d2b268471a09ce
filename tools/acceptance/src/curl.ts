import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CurlAnswer {
  /** 0 when no answer came. */
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  /** curl's own exit code. */
  readonly exitCode: number;
}

/** The real client. `-k`, because the server's certificate is one it made itself; its fingerprint is checked elsewhere. */
export async function curl(...args: string[]): Promise<CurlAnswer> {
  const marker = '\n@@status:';
  const fixed = ['-sk', '--max-time', '60', '-D', '/dev/stderr', '-w', `${marker}%{http_code}`];
  const { stdout, stderr, code } = await run('curl', [...fixed, ...args], {
    maxBuffer: 64 * 1024 * 1024,
  }).then(
    (done) => ({ ...done, code: 0 }),
    (failed: { stdout: string; stderr: string; code: number }) => failed,
  );
  const [body = '', status = '0'] = stdout.split(marker);
  return { status: Number(status), headers: stderr, body, exitCode: code };
}

/** A key and a self-signed certificate, made with openssl as the first page of the documentation shows. */
export async function makeCertificate(
  folder: string,
  commonName: string,
  newKey = 'rsa:2048',
): Promise<string[]> {
  const [cert, key] = [`${folder}/${commonName}.crt`, `${folder}/${commonName}.key`];
  const curve = newKey === 'ec' ? ['-pkeyopt', 'ec_paramgen_curve:P-256'] : [];
  const request = [
    'req',
    '-x509',
    '-newkey',
    newKey,
    ...curve,
    '-nodes',
    '-days',
    '30',
    '-subj',
    `/CN=${commonName}`,
  ];
  await run('openssl', [...request, '-keyout', key, '-out', cert]);
  return ['--cert', cert, '--key', key];
}
