import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { certificateFingerprint } from '@sluice/tls';
import { CommandError } from './command.errors.js';
import { ensureAccepted, type Registered } from './external-systems.js';
import { openLocalSystem } from './local-system.js';

const attempts = 10;
const retryMs = 500;

/**
 * Accepts a sensor of this machine, as `npm run sluice` does with itself. What an operator rejected stays rejected. The
 * sensor's own first call may make its request meanwhile; then the next attempt finds it.
 */
export async function registerSensor(home: string, what: Registered, certificateFile: string): Promise<void> {
  const { console } = openLocalSystem(home);
  const fingerprint = certificateFingerprint(readFileSync(certificateFile, 'utf8'));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ensureAccepted(console, what, fingerprint);
    } catch (error) {
      if (!(error instanceof CommandError) || attempt === attempts) throw error;
      await pause(retryMs);
    }
  }
}
