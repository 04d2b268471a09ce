import { rotateQuarantineKey } from '@sluice/tool-launcher';
import { CommandError } from './command.errors.js';

export const quarantineKeyUsage = `quarantine-key rotate                     a new key for what is kept for quarantine from now on; older ones stay readable`;

/** Writes the key files of the system in `home`; its services read them again by themselves. */
export function runQuarantineKey(args: readonly string[], home: string): string {
  if (args.length !== 1 || args[0] !== 'rotate')
    throw new CommandError(`There is no "quarantine-key ${args.join(' ')}".`, quarantineKeyUsage);
  const rotated = rotateQuarantineKey(home);
  if (rotated === null)
    throw new CommandError(
      `No system with a key for quarantine was started with the state directory ${home}.`,
      'Start one: npm start (or set SLUICE_HOME to the one you mean)',
    );
  return [
    `Kept objects are sealed for key ${rotated.keyId} from now on; ${rotated.older} older keys stay for what they sealed.`,
    `Back up ${home}/secrets/quarantine-keys: without it what is kept cannot be opened.`,
  ].join('\n');
}
