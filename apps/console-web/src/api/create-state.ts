import { useSyncExternalStore } from 'react';

/** A value that lives outside of React, for what requests and pages both look at. */
export interface SharedState<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(onChange: () => void): () => void;
}

export function createState<Value>(first: Value): SharedState<Value> {
  let current = first;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
  };
}

export const useSharedState = <Value>(state: SharedState<Value>): Value =>
  useSyncExternalStore(state.subscribe, state.get);
