import { existsSync } from 'node:fs';
import { findPostgresPrograms } from '../private-servers/postgres-programs.js';
import { findRabbitProgram } from '../private-servers/private-rabbit.js';
import { findProgram } from '../private-servers/find-program.js';

export const servers = ['postgres', 'rabbitmq', 'clamd'] as const;
/** What the tests need beside the servers. */
export const testPrograms = ['curl', 'openssl', 'clamav-testfiles', 'chromium', 'rsyslog'] as const;
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
    chromium: () => findProgram('chromium'),
    rsyslog: () => findProgram('rsyslogd'),
  };
  return wanted.filter((program) => finders[program]() === null);
}
