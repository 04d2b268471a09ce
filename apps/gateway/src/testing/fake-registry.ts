import { randomUUID } from 'node:crypto';
import { defaultSettings } from '@sluice/contracts';
import type { RegistryEntry, Settings } from '@sluice/contracts';
import type { CallerPair, RegistryFeed } from '@sluice/registry-feed';

/** A registry that specs change by hand. */
export class FakeRegistry implements RegistryFeed {
  settings: Settings = { ...defaultSettings };
  revision = 1;
  isCurrent = true;
  private readonly entries = new Map<string, RegistryEntry>();
  private readonly listeners: ((pair: CallerPair) => void)[] = [];

  /** Of the gateway's listeners it keeps all. */
  reset(): void {
    this.settings = { ...defaultSettings };
    this.revision = 1;
    this.isCurrent = true;
    for (const entry of this.entries.values()) this.cutOff(entry);
    this.entries.clear();
  }

  find(sensorId: string, fingerprint: string): RegistryEntry | null {
    return this.entries.get(fingerprint + sensorId) ?? null;
  }

  put(sensorId: string, fingerprint: string, change: Partial<RegistryEntry> = {}): RegistryEntry {
    const entry: RegistryEntry = {
      certificateId: randomUUID(),
      sensorId,
      fingerprint,
      state: 'accepted',
      registrationId: randomUUID(),
      type: 'other',
      answerFormat: 'actual',
      alertsFeed: 'own',
      revision: 1,
      ...change,
    };
    this.entries.set(fingerprint + sensorId, entry);
    if (entry.state === 'rejected' || entry.state === 'replaced') this.cutOff(entry);
    return entry;
  }

  delete(sensorId: string, fingerprint: string): void {
    this.entries.delete(fingerprint + sensorId);
    this.cutOff({ sensorId, fingerprint });
  }

  onCutOff(listener: (pair: CallerPair) => void): void {
    this.listeners.push(listener);
  }

  onSettings(): void {
    // The gateway reads settings when it needs them.
  }

  async stop(): Promise<void> {
    // Nothing runs.
  }

  private cutOff(pair: CallerPair): void {
    for (const listener of this.listeners) listener(pair);
  }
}
