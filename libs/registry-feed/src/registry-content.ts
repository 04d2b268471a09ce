import { defaultSettings, readSettings } from '@sluice/contracts';
import type { RegistryChanges, RegistryEntry, Settings } from '@sluice/contracts';

const pairKey = (sensorId: string, fingerprint: string): string => fingerprint + sensorId;

/** One state of the registry: its certificates by pair and by id, and the settings. */
export class RegistryContent {
  revision = 0;
  settings: Settings = defaultSettings;
  private readonly byId = new Map<string, RegistryEntry>();
  private readonly byPair = new Map<string, RegistryEntry>();

  find(sensorId: string, fingerprint: string): RegistryEntry | null {
    return this.byPair.get(pairKey(sensorId, fingerprint)) ?? null;
  }

  get(certificateId: string): RegistryEntry | null {
    return this.byId.get(certificateId) ?? null;
  }

  get size(): number {
    return this.byId.size;
  }

  entries(): Iterable<RegistryEntry> {
    return this.byId.values();
  }

  /** Applies one page. Returns the entries it changed or removed, as they were before. */
  apply(changes: RegistryChanges): RegistryEntry[] {
    const before: RegistryEntry[] = [];
    // Deletions first: the same pair may be back under another certificateId in the same page.
    for (const id of changes.deleted) before.push(...this.remove(id));
    for (const entry of changes.entries) before.push(...this.put(entry));
    if (changes.settings !== null) this.settings = readSettings(changes.settings);
    this.revision = changes.revision;
    return before;
  }

  private remove(certificateId: string): RegistryEntry[] {
    const entry = this.byId.get(certificateId);
    if (entry === undefined) return [];
    this.byId.delete(certificateId);
    const key = pairKey(entry.sensorId, entry.fingerprint);
    if (this.byPair.get(key) === entry) this.byPair.delete(key);
    return [entry];
  }

  private put(entry: RegistryEntry): RegistryEntry[] {
    const before = this.remove(entry.certificateId);
    this.byId.set(entry.certificateId, entry);
    this.byPair.set(pairKey(entry.sensorId, entry.fingerprint), entry);
    return before;
  }
}
