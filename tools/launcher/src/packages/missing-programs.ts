import { existsSync } from 'node:fs';
import { findPostgresPrograms, findRabbitProgram, findProgram } from '@sluice/private-servers';

export const servers = ['postgres', 'rabbitmq', 'clamd'] as const;
/** What the tests need beside the servers. */
export const testPrograms = [
  'curl',
  'openssl',
  'clamav-testfiles',
  'chromium',
  'rsyslog',
  'postfix',
  'strace',
  'bsdtar',
  'miltertest',
  'opendkim',
  'clamdscan',
] as const;
export type Program = (typeof servers)[number] | (typeof testPrograms)[number];

/** Which of `wanted` have no program on this machine. */
export function findMissingPrograms(wanted: readonly Program[]): Program[] {
  const finders: Readonly<Record<Program, () => unknown>> = {
    postgres: () => findPostgresPrograms(null),
    rabbitmq: () => findRabbitProgram(),
    clamd: () => findProgram('clamd'),
    curl: () => findProgram('curl'),
    openssl: () => findProgram('openssl'),
    'clamav-testfiles': () => (existsSync('/usr/share/clamav-testfiles') ? true : null),
    chromium: () => findProgram('chromium-headless-shell') ?? findProgram('chromium'),
    rsyslog: () => findProgram('rsyslogd'),
    postfix: () => findProgram('postfix') ?? whyNoPostfix(),
    strace: () => findProgram('strace') ?? whyNoTrace(),
    bsdtar: () => findProgram('bsdtar'),
    clamdscan: () => findProgram('clamdscan'),
    miltertest: () => findProgram('miltertest'),
    // Verified with a real Postfix only.
    opendkim: () => findProgram('opendkim') ?? whyNoPostfix(),
  };
  return wanted.filter((program) => finders[program]() === null);
}

/**
 * Why Postfix is neither looked for nor installed here, null when it is: only root can run one of its own, and its package
 * would remove another mail server, which is not ours to do. The specs that need it say so, too.
 */
export function whyNoPostfix(): string | null {
  if (process.getuid?.() !== 0) return 'only root can run a Postfix of its own';
  if (findProgram('postfix') !== null) return null;
  return findProgram('sendmail') === null ? null : 'another mail server is installed on this machine';
}

/** Why no one's calls are traced here, null when they can be. The spec that needs it says so, too. */
export function whyNoTrace(): string | null {
  return process.platform === 'linux' ? null : 'strace is a program of Linux';
}
