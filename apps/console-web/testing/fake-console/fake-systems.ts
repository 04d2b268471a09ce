import { completePolicy, type PolicyChange } from '@sluice/contracts';
import type { sampleSystems } from './sample-systems.js';

type SampleSystem = ReturnType<typeof sampleSystems>[number];

/** What the decision or the change makes of it. */
export function changedSystem(
  system: SampleSystem,
  body: Record<string, unknown>,
  verb: string | undefined,
): SampleSystem {
  const change =
    verb === 'accept'
      ? { state: 'accepted' as const, idInUse: false }
      : verb === 'reject'
        ? { state: 'rejected' as const }
        : {};
  const policy = body?.['unexaminedPolicy'] as PolicyChange | undefined;
  const unexaminedPolicy =
    policy === undefined ? null : completePolicy({ ...system.unexaminedPolicy, ...policy });
  // The API never lets a change touch the certificate: a decision only names the one that was seen.
  const { certificateFingerprint } = system;
  const policies = {
    ...(unexaminedPolicy !== null && { unexaminedPolicy }),
    ...('mailPolicy' in (body ?? {}) && {
      mailPolicy: changedFields(system.mailPolicy, body?.['mailPolicy']),
    }),
    ...('clamdPolicy' in (body ?? {}) && {
      clamdPolicy: changedFields(system.clamdPolicy, body?.['clamdPolicy']),
    }),
  };
  return { ...system, ...withoutMode(body), ...change, ...policies, certificateFingerprint };
}

/** What is null is left to the sensor from now on: it is not there. */
const changedFields = (before: object | null, change: unknown): object =>
  Object.fromEntries(
    Object.entries({ ...before, ...(change as object) }).filter(([, value]) => value !== null),
  );

const withoutMode = ({ mode: _mode, ...rest }: Record<string, unknown>) => rest;
