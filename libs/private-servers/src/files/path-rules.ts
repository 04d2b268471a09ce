import { StartError } from '../start.errors.js';

/**
 * Characters that mean something in the shell scripts, Erlang terms and configuration files of the servers, where no
 * quoting is the same for all. Blanks, letters of any script and the rest of what people name folders by are fine.
 */
const forbidden = /["'#\\`$%*?<>|;!{}[\]^~]|\p{Cc}/u;

/** Refused at once: a server that meets one of them ends with words that name no path, or hangs. */
export function refuseUnusablePath(place: string): void {
  const found = forbidden.exec(place)?.[0];
  if (found === undefined) return;
  throw new StartError(
    `The state cannot be in ${JSON.stringify(place)}: RabbitMQ and ClamAV don't take ${JSON.stringify(found)} in a path.`,
    'Set SLUICE_HOME to a folder without such characters, for example SLUICE_HOME=~/sluice-state',
  );
}
