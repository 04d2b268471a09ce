import { registryEventSchema } from '@sluice/contracts';
import type { RegistryChanges, RegistryEntry, Settings } from '@sluice/contracts';
import { PeriodicWork } from '@sluice/timing';
import { RegistryContent } from './registry-content.js';

export interface CallerPair {
  readonly sensorId: string;
  readonly fingerprint: string;
}

export interface RegistryFeedOptions {
  /** Subscribes to the fanout `sluice.registry`; `onSubscribed` also after every reconnection. */
  readonly subscribe: (handlers: { onSubscribed: () => void; onMessage: (content: unknown) => void }) => {
    stop(): unknown;
  };
  /** One page of changes, from `results`. */
  readonly loadChanges: (since: number, limit: number) => Promise<RegistryChanges>;
  /** Not confirmed for this long: not current. Default 10 s. */
  readonly staleAfterMs?: number;
  /** No heartbeat for this long: ask `results` without being told to. Default 5 s. */
  readonly heartbeatTimeoutMs?: number;
  /** Between such questions. Default 2 s. */
  readonly pollMs?: number;
  /** After a failed one. Default 500 ms: at a start the request channel may open a moment after the subscription. */
  readonly retryMs?: number;
  readonly pageSize?: number;
  readonly onProblem?: (error: unknown) => void;
}

export interface RegistryFeed {
  find(sensorId: string, fingerprint: string): RegistryEntry | null;
  readonly settings: Settings;
  readonly revision: number;
  /** Loaded, and known to have been the whole truth less than `staleAfterMs` ago. */
  readonly isCurrent: boolean;
  /** Told of every pair that was deleted, or is now rejected or replaced. */
  onCutOff(listener: (pair: CallerPair) => void): void;
  onSettings(listener: (settings: Settings) => void): void;
  stop(): Promise<void>;
}

/**
 * The registry, as a service that only reads it sees it.
 *
 * Events say only how far the registry is, so the order is safe by itself: subscribe, then load, then compare every
 * revision heard with the loaded one. Whatever differs, a reconnection, or silence leads to a pull from `results`.
 */
export function createRegistryFeed(options: RegistryFeedOptions): RegistryFeed {
  const {
    staleAfterMs = 10_000,
    heartbeatTimeoutMs = 5000,
    pollMs = 2000,
    retryMs = 500,
    pageSize = 1000,
  } = options;
  const cutOffListeners: ((pair: CallerPair) => void)[] = [];
  const settingsListeners: ((settings: Settings) => void)[] = [];
  let content = new RegistryContent();
  let confirmedAtMs: number | null = null;
  let heardAtMs = performance.now();

  const tellCutOff = (before: readonly RegistryEntry[]): void => {
    for (const entry of before.filter((old) => isCutOff(old, content.get(old.certificateId))))
      for (const listener of cutOffListeners) listener(entry);
  };

  const adopt = (next: RegistryContent, before: readonly RegistryEntry[]): void => {
    const hasNewSettings = next.settings !== settingsTold;
    content = next;
    tellCutOff(before);
    if (!hasNewSettings) return;
    settingsTold = next.settings;
    for (const listener of settingsListeners) listener(next.settings);
  };
  let settingsTold: Settings = content.settings;

  const pullAll = async (): Promise<void> => {
    const askedAtMs = performance.now();
    let target = content;
    let since = content.revision;
    for (;;) {
      const page = await options.loadChanges(since, pageSize);
      // The registry went back (a restored database) and the answer is not a whole one: nothing known can be trusted.
      if (!page.isComplete && page.revision < since) {
        target = new RegistryContent();
        since = 0;
        continue;
      }
      if (page.isComplete) target = new RegistryContent();
      const before = target.apply(page);
      // A registry loaded from nothing replaces the old one only when it is whole: in between no one is unknown.
      if (target === content) adopt(content, before);
      since = page.revision;
      if (!page.hasMore) break;
    }
    if (target !== content) adopt(target, [...content.entries()]);
    confirmedAtMs = askedAtMs;
  };

  // A request while one pull runs leads to exactly one more.
  const pulls = new PeriodicWork({
    run: pullAll,
    intervalMs: null,
    retryMs,
    onFailure: (error) => options.onProblem?.(error),
  });

  const subscription = options.subscribe({
    onSubscribed: () => pulls.wake(),
    onMessage: (message) => {
      const event = registryEventSchema.safeParse(message);
      if (!event.success) return;
      heardAtMs = performance.now();
      if (confirmedAtMs === null || event.data.revision !== content.revision) pulls.wake();
      else confirmedAtMs = heardAtMs;
    },
  });
  const silenceTimer = setInterval(() => {
    if (performance.now() - heardAtMs >= heartbeatTimeoutMs) pulls.wake();
  }, pollMs);
  silenceTimer.unref();

  return {
    find: (sensorId, fingerprint) => content.find(sensorId, fingerprint),
    get settings() {
      return content.settings;
    },
    get revision() {
      return content.revision;
    },
    get isCurrent() {
      return confirmedAtMs !== null && performance.now() - confirmedAtMs < staleAfterMs;
    },
    onCutOff: (listener) => void cutOffListeners.push(listener),
    onSettings: (listener) => void settingsListeners.push(listener),
    stop: async () => {
      clearInterval(silenceTimer);
      await subscription.stop();
      await pulls.stop();
    },
  };
}

/** Deleted, or turned away: rejected or replaced now and not before. */
function isCutOff(before: RegistryEntry, now: RegistryEntry | null): boolean {
  if (now === null) return true;
  const isTurnedAway = now.state === 'rejected' || now.state === 'replaced';
  const wasAccepted = before.state === 'accepted';
  return (isTurnedAway && now.state !== before.state) || (wasAccepted && now.state !== 'accepted');
}
