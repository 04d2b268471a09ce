import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RegistryChanges, RegistryEntry } from '@sluice/contracts';
import { createRegistryFeed } from './index.js';
import type { CallerPair, RegistryFeed } from './index.js';

const fingerprint = 'a'.repeat(64);
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** What `results` would answer, with a switch for being away. */
class FakeResults {
  revision = 0;
  isAway = false;
  asked: number[] = [];
  maxPage = 1000;
  settings: Record<string, unknown> | null = null;
  private rows = new Map<string, RegistryEntry>();
  private deletions: { revision: number; certificateId: string }[] = [];

  put(n: number, change: Partial<RegistryEntry> = {}): void {
    this.revision += 1;
    const entry: RegistryEntry = {
      certificateId: id(n),
      sensorId: `sensor-${n}`,
      fingerprint,
      state: 'accepted',
      registrationId: id(n + 1000),
      type: 'other',
      answerFormat: 'actual',
      alertsFeed: 'own',
      ...change,
      revision: this.revision,
    };
    this.rows.set(entry.certificateId, entry);
  }

  delete(n: number): void {
    this.revision += 1;
    this.rows.delete(id(n));
    this.deletions.push({ revision: this.revision, certificateId: id(n) });
  }

  /** A database restored from an empty backup. */
  restore(): void {
    this.revision = 0;
    this.rows.clear();
    this.deletions = [];
  }

  load = async (since: number, limit: number): Promise<RegistryChanges> => {
    this.asked.push(since);
    if (this.isAway) throw new Error('away');
    const isComplete = since === 0 || since > this.revision;
    const from = isComplete ? 0 : since;
    const changed = [...this.rows.values()]
      .filter((row) => row.revision > from)
      .sort((a, b) => a.revision - b.revision);
    const entries = changed.slice(0, Math.min(limit, this.maxPage));
    const hasMore = entries.length < changed.length;
    return {
      revision: hasMore ? (entries.at(-1)?.revision ?? 0) : this.revision,
      isComplete,
      hasMore,
      entries,
      deleted: isComplete ? [] : this.deletions.filter((d) => d.revision > from).map((d) => d.certificateId),
      settings: isComplete || this.settings ? (this.settings ?? {}) : null,
    };
  };
}

let results: FakeResults;
let feed: RegistryFeed;
let cutOff: CallerPair[];
let say: { onSubscribed: () => void; onMessage: (content: unknown) => void };
const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};
const beat = (revision = results.revision): Promise<void> => {
  say.onMessage({ v: 1, revision });
  return settle();
};

beforeEach(() => {
  vi.useFakeTimers();
  results = new FakeResults();
  cutOff = [];
  feed = createRegistryFeed({
    subscribe: (handlers) => {
      say = handlers;
      return { stop: () => undefined };
    },
    loadChanges: results.load,
  });
  feed.onCutOff((pair) => cutOff.push(pair));
});
afterEach(async () => {
  await feed.stop();
  vi.useRealTimers();
});

describe('registry feed', () => {
  it('is not current before it was loaded, and loads when subscribed', async () => {
    results.put(1);
    expect(feed.isCurrent).toBe(false);
    say.onSubscribed();
    await settle();
    expect(feed.isCurrent).toBe(true);
    expect(feed.find('sensor-1', fingerprint)?.state).toBe('accepted');
    expect(feed.find('sensor-1', 'b'.repeat(64))).toBeNull();
  });

  it('loads page by page', async () => {
    for (let n = 1; n <= 25; n += 1) results.put(n);
    results.maxPage = 10;
    say.onSubscribed();
    await settle();
    expect(results.asked).toEqual([0, 10, 20]);
    expect(feed.find('sensor-25', fingerprint)).not.toBeNull();
  });

  it('pulls only when the revision heard is another', async () => {
    results.put(1);
    say.onSubscribed();
    await settle();
    await beat();
    expect(results.asked).toEqual([0]);
    results.put(1, { state: 'rejected' });
    await beat();
    expect(results.asked).toEqual([0, 1]);
    expect(cutOff).toMatchObject([{ sensorId: 'sensor-1', fingerprint }]);
  });

  it('cuts off what was deleted or replaced, not what was accepted or renamed', async () => {
    results.put(1, { state: 'pending' });
    results.put(2);
    results.put(3);
    say.onSubscribed();
    await settle();
    results.put(1, { state: 'accepted' });
    results.put(2, { answerFormat: 'documented' });
    await beat();
    expect(cutOff).toEqual([]);
    results.delete(1);
    results.put(3, { state: 'replaced' });
    await beat();
    expect(cutOff.map((pair) => pair.sensorId).sort()).toEqual(['sensor-1', 'sensor-3']);
    expect(feed.find('sensor-1', fingerprint)).toBeNull();
  });

  it('cuts off a pair that was deleted and registered again between two pulls', async () => {
    results.put(1);
    say.onSubscribed();
    await settle();
    results.delete(1);
    results.put(5, { sensorId: 'sensor-1' });
    await beat();
    expect(cutOff).toHaveLength(1);
    expect(feed.find('sensor-1', fingerprint)?.registrationId).toBe(id(1005));
  });

  it('asks by itself when no heartbeat comes, and stays current', async () => {
    results.put(1);
    say.onSubscribed();
    await settle();
    results.put(2);
    await vi.advanceTimersByTimeAsync(6000);
    expect(feed.find('sensor-2', fingerprint)).not.toBeNull();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feed.isCurrent).toBe(true);
  });

  it('is no longer current when results stays away, and is again when it is back', async () => {
    results.put(1);
    say.onSubscribed();
    await settle();
    results.isAway = true;
    await vi.advanceTimersByTimeAsync(9000);
    expect(feed.isCurrent).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(feed.isCurrent).toBe(false);
    results.isAway = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(feed.isCurrent).toBe(true);
  });

  it('is not kept current by a heartbeat of a revision it could not load', async () => {
    say.onSubscribed();
    await settle();
    results.put(1);
    results.isAway = true;
    for (let second = 0; second < 11; second += 1) {
      await beat();
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(feed.isCurrent).toBe(false);
  });

  it('starts from nothing when the registry went back', async () => {
    for (let n = 1; n <= 5; n += 1) results.put(n);
    say.onSubscribed();
    await settle();
    results.restore();
    results.put(2);
    await beat();
    expect(feed.find('sensor-2', fingerprint)).not.toBeNull();
    expect(feed.find('sensor-4', fingerprint)).toBeNull();
    expect(cutOff.map((pair) => pair.sensorId)).not.toContain('sensor-2');
  });

  it('tells of new settings and ignores values that no longer fit', async () => {
    const told: number[] = [];
    feed.onSettings((settings) => told.push(settings.maxObjectSize));
    results.settings = { maxObjectSize: 2048, maxConcurrentScans: 'many' };
    say.onSubscribed();
    await settle();
    expect(feed.settings).toMatchObject({ maxObjectSize: 2048, maxConcurrentScans: 1000 });
    expect(told).toEqual([2048]);
  });

  it('ignores messages that are not registry events', async () => {
    say.onSubscribed();
    await settle();
    say.onMessage({ revision: 'x' });
    say.onMessage(undefined);
    await settle();
    expect(results.asked).toEqual([0]);
  });
});
