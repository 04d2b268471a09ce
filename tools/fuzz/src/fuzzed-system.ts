import { startTestSystem, type TestSystem } from '@sluice/tool-acceptance';
import { inspectable } from './gateway-vitals.js';

/** Limits so wide that only what is malformed is refused. */
export const startFuzzedSystem = (): Promise<TestSystem> =>
  startTestSystem({
    variables: {
      // All attacks come from one address, and the good client from the same.
      GATEWAY_CONNECTIONS_PER_ADDRESS: '100000',
      GATEWAY_HANDSHAKES_PER_ADDRESS: '1000000',
      SETTING_MAX_CONCURRENT_SCANS: '100000',
      SETTING_MAX_UNFINISHED_SCANS_PER_SYSTEM: '100000',
      SETTING_MAX_UNFINISHED_SCANS_PER_MAIL_SYSTEM: '100000',
    },
    variablesFor: (name) => (name === 'gateway' ? inspectable : {}),
  });
