import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CurlAnswer {
  /** 0 when no answer came. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** curl's own exit code. */
  readonly exitCode: number;
}

/** The real client. `-k`, because the server's certificate is one it made itself; its fingerprint is checked elsewhere. */
export async function curl(...args: string[]): Promise<CurlAnswer> {
  const marker = '\n@@status:';
  const fixed = ['-sk', '--max-time', '120', '-w', `${marker}%{http_code} %{header_json}`];
  const { stdout, code } = await run('curl', [...fixed, ...args], { maxBuffer: 64 * 1024 * 1024 }).then(
    (done) => ({ ...done, code: 0 }),
    (failed: { stdout: string; code: number }) => failed,
  );
  const [body = '', tail = '0 {}'] = stdout.split(marker);
  const [, status = '0', headers = '{}'] = /^(\d+) (.*)$/s.exec(tail) ?? [];
  return {
    status: Number(status),
    headers: JSON.parse(headers) as Record<string, string[]>,
    body,
    exitCode: code,
  };
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
