import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, withQuery, type QueryValue } from '../api/ask.js';
import type { ListPage } from './list-page.js';

export const rowsPerPage = 50;

interface Options {
  readonly key: readonly string[];
  readonly path: string;
  readonly filter: Readonly<Record<string, QueryValue>>;
  /** False: only when asked to. */
  readonly refreshMs?: number | false;
}

/**
 * One page of a list at a time, by cursor: page 2,000 costs what page 1 costs. The cursors of the pages before are kept,
 * so that there is a way back. Another filter starts at the first page.
 */
export function useCursorPages<Item>({ key, path, filter, refreshMs }: Options) {
  const filterText = JSON.stringify(filter);
  const [state, setState] = useState<{ filterText: string; cursors: readonly (string | null)[] }>({
    filterText,
    cursors: [null],
  });
  const cursors = state.filterText === filterText ? state.cursors : [null];
  const cursor = cursors.at(-1) ?? null;
  const query = useQuery({
    queryKey: [...key, 'list', filterText, cursor],
    queryFn: () => ask<ListPage<Item>>('GET', withQuery(path, { limit: rowsPerPage, cursor, ...filter })),
    placeholderData: keepPreviousData,
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
  });
  const nextCursor = query.data?.nextCursor ?? null;
  return {
    query,
    items: query.data?.items,
    pageNumber: cursors.length,
    hasNext: nextCursor !== null,
    next: () => {
      if (nextCursor !== null && !query.isPlaceholderData)
        setState({ filterText, cursors: [...cursors, nextCursor] });
    },
    previous: () => setState({ filterText, cursors: cursors.length > 1 ? cursors.slice(0, -1) : cursors }),
  };
}
export type CursorPages<Item> = ReturnType<typeof useCursorPages<Item>>;
