import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { certificateFingerprint, createClientCertificate } from '@sluice/tls';
import { readServiceSecret, writePrivateFile, makeDirectory } from '@sluice/private-servers';
import { readSystemFile, type SystemFile } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';
import { createConsoleClient, type ConsoleClient } from './console-client.js';
import type { PinnedServer } from './pinned-request.js';

export interface LocalSystem {
  readonly file: SystemFile;
  readonly console: ConsoleClient;
  /** The gateway, with the command line's own certificate, made on first use. */
  gateway(): Promise<PinnedServer & { readonly fingerprint: string }>;
}

const certificateDays = 3650;

/** The system whose state is in `home`. */
export function openLocalSystem(home: string): LocalSystem {
  const file = readFile(home);
  if (file === null) {
    throw new CommandError(
      `No system was started with the state directory ${home}.`,
      'Start one: npm start (or set SLUICE_HOME to the one you mean)',
    );
  }
  const token = readServiceSecret(file.localToken);
  if (token === null) {
    throw new CommandError(
      `This user cannot read the token of the system in ${home}.`,
      'Run as the user that started it.',
    );
  }
  const trust = (certificateFile: string): string => readFileSync(certificateFile, 'utf8');
  return {
    file,
    console: createConsoleClient(
      { url: file.consoleUrl, certificate: trust(file.consoleCertificate) },
      token,
    ),
    gateway: async () => {
      const client = await ensureClientCertificate(path.join(home, 'command-line'));
      return {
        url: file.gatewayUrl,
        certificate: trust(file.gatewayCertificate),
        client,
        fingerprint: certificateFingerprint(client.certPem),
      };
    },
  };
}

function readFile(home: string): SystemFile | null {
  try {
    return readSystemFile(home);
  } catch {
    throw new CommandError(
      `This user cannot read the state directory ${home}.`,
      'Run as the user that started the system.',
    );
  }
}

async function ensureClientCertificate(directory: string): Promise<{ certPem: string; keyPem: string }> {
  makeDirectory(directory, 'launcher', null);
  const [certFile, keyFile] = [path.join(directory, 'client.crt'), path.join(directory, 'client.key')];
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    const made = await createClientCertificate({ commonName: 'Sluice command line', days: certificateDays });
    // The key first: a certificate without its key would be kept, and never work.
    writePrivateFile(keyFile, made.keyPem);
    writePrivateFile(certFile, made.certPem);
  }
  return { certPem: readFileSync(certFile, 'utf8'), keyPem: readFileSync(keyFile, 'utf8') };
}
