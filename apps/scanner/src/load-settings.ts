import type { Broker } from '@sluice/broker';
import { type Settings, ledgerRpc, streams } from '@sluice/contracts';
import { type RegistryFeed, createRegistryFeed } from '@sluice/registry-feed';
import type { RpcClient } from '@sluice/rpc';
import type { Logger } from '@sluice/runtime';

export interface LoadedSettings {
  /** Once true it stays so: settings may grow old while the registry is away, work goes on with the last known. */
  readonly isLoaded: boolean;
  readonly current: Settings;
  /** Of the registry they come from. */
  readonly revision: number;
  onLoaded(listener: () => void): void;
  stop(): Promise<void>;
}

const lookIntervalMs = 100;

/** The operators' settings, by the registry feed. */
export function loadSettings(
  { broker, rpc }: { broker: Pick<Broker, 'subscribe'>; rpc: Pick<RpcClient, 'ask'> },
  logger: Logger,
): LoadedSettings {
  const listeners: (() => void)[] = [];
  let isLoaded = false;
  const feed: RegistryFeed = createRegistryFeed({
    subscribe: ({ onSubscribed, onMessage }) => {
      broker.subscribe({ stream: streams.registry, onMessage, onSubscribed });
      // Ends with the connection.
      return { stop: () => undefined };
    },
    loadChanges: (since, limit) => rpc.ask(ledgerRpc.scannerRegistryChanges, { since, limit }),
    onProblem: (err) => logger.debug({ err }, 'settings not loaded yet'),
  });
  const timer = setInterval(() => {
    if (!feed.isCurrent) return;
    clearInterval(timer);
    isLoaded = true;
    logger.info({ revision: feed.revision }, 'settings loaded');
    for (const listener of listeners) listener();
  }, lookIntervalMs);
  return {
    get isLoaded() {
      return isLoaded;
    },
    get current() {
      return feed.settings;
    },
    get revision() {
      return feed.revision;
    },
    onLoaded: (listener) => void listeners.push(listener),
    stop: async () => {
      clearInterval(timer);
      await feed.stop();
    },
  };
}
