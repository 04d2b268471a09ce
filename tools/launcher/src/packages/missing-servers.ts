import { findPostgresPrograms } from '../private-servers/postgres-programs.js';
import { findRabbitProgram } from '../private-servers/private-rabbit.js';
import { findProgram } from '../private-servers/find-program.js';

export const servers = ['postgres', 'rabbitmq', 'clamd'] as const;
export type Server = (typeof servers)[number];

/** Which of `wanted` have no program on this machine. */
export function findMissingServers(wanted: readonly Server[]): Server[] {
  const finders: Readonly<Record<Server, () => unknown>> = {
    postgres: () => findPostgresPrograms(null),
    rabbitmq: () => findRabbitProgram(),
    clamd: () => findProgram('clamd'),
  };
  return wanted.filter((server) => finders[server]() === null);
}
