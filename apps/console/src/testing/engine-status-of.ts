import type { EngineStatus } from '@sluice/contracts';

/** Of a healthy clamd, but for what is given. */
export const engineStatusOf = (given: Partial<EngineStatus> = {}): EngineStatus => ({
  engine: 'clamav',
  technology: 'am',
  version: '1',
  signaturesAt: null,
  isTestSignatures: false,
  isHealthy: true,
  problem: null,
  maxObjectBytes: null,
  ...given,
});
