import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ask } from '../api/ask.js';
import { connectionState } from '../api/connection-state.js';
import { queryKeys } from '../api/query-keys.js';
import { sessionState } from '../api/session-state.js';
import { liveState, type LiveState } from './live-state.js';

const reopenMs = 3000;

/**
 * Keeps one stream of events open while somebody is signed in. The browser reconnects by itself after a broken
 * connection; after a refusal (a session that ended, a console that restarts) it gives up, and this opens another.
 */
export function useEvents(client: QueryClient): void {
  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource('/api/events');
      source.addEventListener('state', (event) => take(client, event.data));
      source.addEventListener('error', () => {
        findOutWhy();
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, reopenMs);
      });
    };
    if (typeof EventSource !== 'undefined') open();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [client]);
}

/** A stream ends when the console is gone, when the session is, or from time to time; a request tells which at once. */
function findOutWhy(): void {
  if (sessionState.get().kind === 'signed-in') ask('GET', '/api/session').catch(() => undefined);
}

/** While the console doesn't answer: asks until it does, then every list is read again. */
export function useHealing(client: QueryClient): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (connectionState.get() === 'answering') return;
      timer = setTimeout(() => {
        ask('GET', '/api/session').then(
          () => void client.invalidateQueries(),
          () => look(),
        );
      }, reopenMs);
    };
    const stop = connectionState.subscribe(look);
    look();
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client]);
}

function take(client: QueryClient, data: unknown): void {
  const now = parse(data);
  if (now === null) return;
  const before = liveState.get();
  liveState.set(now);
  if (before === null) return;
  const isRegistryNew =
    now.registryRevision !== before.registryRevision || now.pendingRequests !== before.pendingRequests;
  if (isRegistryNew) {
    void client.invalidateQueries({ queryKey: queryKeys.externalSystems });
    void client.invalidateQueries({ queryKey: queryKeys.settings });
  }
  if (JSON.stringify(now.problems) !== JSON.stringify(before.problems))
    void client.invalidateQueries({ queryKey: queryKeys.health });
  if (now.lastAlertId !== before.lastAlertId || now.newAlerts !== before.newAlerts)
    void client.invalidateQueries({ queryKey: queryKeys.alerts });
}

function parse(data: unknown): LiveState | null {
  try {
    return typeof data === 'string' ? (JSON.parse(data) as LiveState) : null;
  } catch {
    return null;
  }
}
