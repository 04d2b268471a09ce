import { useEffect, useState } from 'react';
import { createState, useSharedState } from '../api/create-state.js';
import type { AlertRow } from './alert.js';

/** The page of the list that was looked at last: a card leads to its neighbours there, and back to it. */
const listOrder = createState<{ readonly ids: readonly number[]; readonly query: string }>({
  ids: [],
  query: '',
});

export function useRememberedOrder(shown: readonly AlertRow[] | undefined, query: string): void {
  const ids = shown?.map(({ id }) => id).join(' ') ?? '';
  useEffect(() => {
    listOrder.set({ ids: ids === '' ? [] : ids.split(' ').map(Number), query });
  }, [ids, query]);
}

/** The card that is open; known for a moment longer, to the page that comes after it. */
let openCard: number | null = null;

export function useOpenCard(id: number): void {
  useEffect(() => {
    openCard = id;
    return () => {
      setTimeout(() => {
        if (openCard === id) openCard = null;
      }, 0);
    };
  }, [id]);
}

/** The row that one comes back to from its card. */
export const useCardBefore = (): number | null => useState(() => openCard)[0];

export interface Neighbours {
  readonly previous: number | null;
  readonly next: number | null;
  /** Where the list is, with its filters. */
  readonly list: string;
}

export function useNeighbours(id: number): Neighbours {
  const { ids, query } = useSharedState(listOrder);
  const at = ids.indexOf(id);
  return {
    previous: at < 0 ? null : (ids[at - 1] ?? null),
    next: at < 0 ? null : (ids[at + 1] ?? null),
    list: query === '' ? '/alerts' : `/alerts?${query}`,
  };
}
