import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A self-signed certificate and its key, made by the openssl command line. */
export async function opensslCertificate(
  folder: string,
  options: { readonly name: string; readonly newkey: readonly string[]; readonly isVersion1?: boolean },
): Promise<{ certFile: string; keyFile: string }> {
  const [certFile, keyFile, requestFile] = ['crt', 'key', 'csr'].map(
    (ending) => `${folder}/${options.name}.${ending}`,
  ) as [string, string, string];
  const subject = ['-nodes', '-subj', '/O=Test/CN=openssl client'];
  if (options.isVersion1 !== true) {
    await run('openssl', [
      ...['req', '-x509', '-newkey', ...options.newkey, ...subject],
      ...['-days', '2', '-keyout', keyFile, '-out', certFile],
    ]);
    return { certFile, keyFile };
  }
  await run('openssl', [
    'req',
    '-newkey',
    ...options.newkey,
    ...subject,
    '-keyout',
    keyFile,
    '-out',
    requestFile,
  ]);
  // Signing a request without an extension file makes version 1.
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    requestFile,
    '-signkey',
    keyFile,
    '-days',
    '2',
    '-out',
    certFile,
  ]);
  const { stdout } = await run('openssl', ['x509', '-in', certFile, '-noout', '-text']);
  if (!stdout.includes('Version: 1 ')) throw new Error('openssl made another version');
  return { certFile, keyFile };
}

/** `openssl s_client` fed with `input`, ended by closing its input; everything it printed. */
export function opensslClient(args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn('openssl', ['s_client', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    const timer = setTimeout(() => child.kill(), 90_000);
    const add = (chunk: Buffer): void => void (output += chunk.toString('latin1'));
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.stdin.on('error', () => undefined); // it may end before it has read everything
    child.stdin.end(input);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}
