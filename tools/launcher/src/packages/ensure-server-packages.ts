import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StartError, findProgram } from '@sluice/private-servers';
import { distributionOf, installLine, packagesFor } from './install-line.js';
import { installWithApt } from './install-with-apt.js';
import { findMissingPrograms, servers, testPrograms, type Program } from './missing-programs.js';

const names: Readonly<Record<Program, string>> = {
  postgres: 'PostgreSQL',
  rabbitmq: 'RabbitMQ',
  clamd: 'ClamAV',
  curl: 'curl',
  openssl: 'OpenSSL',
  'clamav-testfiles': 'the test files of ClamAV',
  chromium: 'Chromium',
  rsyslog: 'rsyslog',
  postfix: 'Postfix',
  strace: 'strace',
  bsdtar: 'bsdtar',
  miltertest: 'miltertest',
  opendkim: 'OpenDKIM',
  clamdscan: 'clamdscan',
};

/**
 * Makes sure that the programs of the `wanted` servers are there: root on Debian or Ubuntu installs what is missing,
 * anyone else is told the line to run (StartError), before anything was started.
 */
export async function requireServerPackages(
  wanted: readonly Program[],
  onInstall: (packages: readonly string[], logFile: string) => void,
): Promise<void> {
  const missing = findMissingPrograms(wanted);
  if (missing.length === 0) return;
  const distribution = distributionOf(readOsRelease(), process.platform);
  const missingNames = missing.map((server) => names[server]).join(', ');
  const advice = new StartError(
    `Not installed: ${missingNames}.`,
    `Run this line, then the same command again:\n  ${installLine(missing, distribution)}`,
  );
  if (process.getuid?.() !== 0 || distribution !== 'debian' || findProgram('apt-get') === null) throw advice;
  const logFile = path.join(mkdtempSync(path.join(tmpdir(), 'sluice-apt-')), 'apt.log');
  onInstall(packagesFor(missing), logFile);
  await installWithApt(packagesFor(missing), logFile);
  // Of interest only when it failed.
  rmSync(path.dirname(logFile), { recursive: true });
  if (findMissingPrograms(wanted).length > 0) throw advice;
}

/** For `npm test` and the tools: `also` beside the servers. Prints what it does; answers the exit code. */
export async function ensureServerPackages(also: readonly Program[] = testPrograms): Promise<number> {
  try {
    await requireServerPackages([...servers, ...also], (packages) =>
      console.log(`Installing ${packages.join(', ')} …`),
    );
    return 0;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`${error.message}\n${error.nextStep}`);
    return 1;
  }
}

function readOsRelease(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}
