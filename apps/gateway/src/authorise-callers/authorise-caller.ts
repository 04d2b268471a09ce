import { isIdentifier } from '@sluice/contracts';
import type { RegistryEntry } from '@sluice/contracts';
import type { RegistryFeed } from '@sluice/registry-feed';

/** An entry that is accepted, so it has a registration. */
export interface AcceptedCaller extends RegistryEntry {
  readonly state: 'accepted';
  readonly registrationId: string;
}

/** `known` tells whether the registry has the pair, in a state that is not served. */
export type Authorisation =
  | { readonly kind: 'accepted'; readonly caller: AcceptedCaller }
  | { readonly kind: 'no-certificate' }
  | { readonly kind: 'bad-sensor-id' }
  | { readonly kind: 'registry-not-current' }
  | { readonly kind: 'not-accepted'; readonly entry: RegistryEntry | null };

export type CallerRegistry = Pick<RegistryFeed, 'find' | 'isCurrent' | 'settings'>;

/** May this pair call, by what the registry says at this moment? (Wire contract, "Who may call".) */
export function authoriseCaller(
  registry: CallerRegistry,
  sensorId: string,
  fingerprint: string | null,
): Authorisation {
  if (fingerprint === null) return { kind: 'no-certificate' };
  if (!isIdentifier(sensorId)) return { kind: 'bad-sensor-id' };
  if (!registry.isCurrent) return { kind: 'registry-not-current' };
  const entry = registry.find(sensorId, fingerprint);
  return isAccepted(entry) ? { kind: 'accepted', caller: entry } : { kind: 'not-accepted', entry };
}

/** Is the caller that was let in before still served, as the same registration? */
export function isStillAccepted(registry: CallerRegistry, caller: AcceptedCaller): boolean {
  const now = registry.find(caller.sensorId, caller.fingerprint);
  return isAccepted(now) && now.registrationId === caller.registrationId;
}

const isAccepted = (entry: RegistryEntry | null): entry is AcceptedCaller =>
  entry?.state === 'accepted' && entry.registrationId !== null;
