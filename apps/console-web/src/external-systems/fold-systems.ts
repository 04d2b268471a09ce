import type { ExternalSystem } from './external-system.js';

/** One entry of the Server list: an ID with its certificates, the one that matters most first. */
export interface SystemEntry {
  readonly sensorId: string;
  readonly certificates: readonly [ExternalSystem, ...ExternalSystem[]];
}

const weights = { pending: 0, accepted: 1, rejected: 2, replaced: 3 } as const;

/** Folds certificates by ID; IDs with a request come first, the others keep the order they came in. */
export function foldSystems(systems: readonly ExternalSystem[]): SystemEntry[] {
  const byId = new Map<string, ExternalSystem[]>();
  for (const system of systems) byId.set(system.sensorId, [...(byId.get(system.sensorId) ?? []), system]);
  const entries = [...byId].flatMap(([sensorId, list]) => {
    const [first, ...rest] = [...list].sort((a, b) => weights[a.state] - weights[b.state]);
    return first === undefined ? [] : [{ sensorId, certificates: [first, ...rest] } satisfies SystemEntry];
  });
  const isWaiting = (entry: SystemEntry) => entry.certificates[0].state === 'pending';
  return [...entries.filter(isWaiting), ...entries.filter((entry) => !isWaiting(entry))];
}

/** What an operator types into the list's field: part of an ID, a name, an address or a fingerprint. */
export function matchesText(system: ExternalSystem, typed: string): boolean {
  const text = typed.trim().toLowerCase();
  if (text === '') return true;
  const { sensorId, name, sensor, address, certificateFingerprint } = system;
  const bare = text.replaceAll(':', '');
  return (
    [sensorId, name, sensor, address].some((value) => value?.toLowerCase().includes(text) === true) ||
    (bare !== '' && certificateFingerprint.replaceAll(':', '').toLowerCase().includes(bare))
  );
}
