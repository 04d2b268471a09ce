import { readFileSync } from 'node:fs';
import { Agent } from 'undici';
import type { TestSystem } from './test-system.js';

/** The console's certificate is its own: trusts that one instead of none. */
export const consoleAgent = (system: Pick<TestSystem, 'home'>): Agent =>
  new Agent({
    connect: {
      ca: readFileSync(`${system.home}/console/tls/console.crt`),
      checkServerIdentity: () => undefined,
    },
  });
