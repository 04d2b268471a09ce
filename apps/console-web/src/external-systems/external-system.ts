import type { ExternalSystem } from '@sluice/console-api';
import type { CertificateState, SystemType } from '@sluice/contracts';

export type { ExternalSystem };

export const typeNames: Readonly<Record<SystemType, string>> = {
  mail: 'Mail sensor',
  other: 'External system',
};

export const answerFormatNames = {
  actual: 'As existing clients expect it',
  documented: 'As the documentation of the API says',
} as const satisfies Readonly<Record<string, string>>;
export const alertsFeedNames = { own: 'Its own alerts', all: 'All alerts', none: 'None' } as const;

/** What a state means for the caller, in words. */
export const stateWords: Readonly<Record<CertificateState, { name: string; means: string; color: string }>> =
  {
    pending: { name: 'Request', means: 'Waits for your decision; refused until then', color: 'orange' },
    accepted: { name: 'Accepted', means: 'May send objects', color: 'teal' },
    rejected: { name: 'Rejected', means: 'Every call is refused', color: 'red' },
    replaced: {
      name: 'Replaced',
      means: 'A newer certificate took its place; every call is refused',
      color: 'gray',
    },
  };

const expiryWarningMs = 30 * 86_400_000;

/** Null while the certificate's end is far. Callers are not refused for it, so it is only shown. */
export function expiryWarning(system: ExternalSystem, nowMs: number): 'expired' | 'soon' | null {
  if (system.certificateNotAfter === null) return null;
  const left = Date.parse(system.certificateNotAfter) - nowMs;
  return left < 0 ? 'expired' : left < expiryWarningMs ? 'soon' : null;
}
