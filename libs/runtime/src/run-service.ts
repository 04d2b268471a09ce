import { ConfigError } from './read-config.js';

/**
 * Runs a service's start and makes its failure one clear line on standard error with exit code 1 (2 for a wrong
 * configuration, so that supervisors need not try again).
 */
export function runService(name: string, start: () => Promise<void>): void {
  start().catch((error: unknown) => {
    const isConfig = error instanceof ConfigError;
    for (const line of (error instanceof Error ? error.message : String(error)).split('\n'))
      process.stderr.write(`${name}: ${line}\n`);
    if (!isConfig && error instanceof Error && process.env['LOG_LEVEL'] === 'debug')
      process.stderr.write(`${error.stack ?? ''}\n`);
    process.exit(isConfig ? 2 : 1);
  });
}
