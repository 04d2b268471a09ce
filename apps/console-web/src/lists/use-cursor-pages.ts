import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useSearchParams } from 'wouter';
import { askFor, withQuery, type QueryValue } from '../api/ask.js';
import type { ListPathOf } from '../api/route-of.js';
import type { ListPage } from './list-page.js';

export const rowsPerPage = 50;

interface Options<Item> {
  readonly key: readonly string[];
  readonly path: ListPathOf<Item>;
  readonly filter: Readonly<Record<string, QueryValue>>;
  /** False: only when asked to. */
  readonly refreshMs?: number | false;
  /** Of this list in the address, where a page has several. */
  readonly name?: string;
}

/**
 * One page of a list at a time, by cursor: page 2,000 costs what page 1 costs. The address says which, so that Back,
 * a reload and a colleague come to the same one; whoever changes the filter drops it. The cursors of pages seen before
 * are kept, so that there is a way back; without them it leads to the first page.
 */
export function useCursorPages<Item>({ key, path, filter, refreshMs, name }: Options<Item>) {
  const [parameters, setParameters] = useSearchParams();
  const [pageKey, cursorKey] = name === undefined ? ['page', 'cursor'] : [`${name}-page`, `${name}-cursor`];
  const cursor = parameters.get(cursorKey);
  const pageNumber = cursor === null ? 1 : readNumber(parameters.get(pageKey));
  const filterText = JSON.stringify(filter);
  const seen = useRef<{ readonly filterText: string; readonly cursors: Map<number, string> }>(null);
  if (seen.current?.filterText !== filterText) seen.current = { filterText, cursors: new Map() };
  if (cursor !== null) seen.current.cursors.set(pageNumber, cursor);
  const query = useQuery({
    queryKey: [...key, 'list', filterText, cursor],
    queryFn: () => askFor<ListPage<Item>>('GET', withQuery(path, { limit: rowsPerPage, cursor, ...filter })),
    placeholderData: keepPreviousData,
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
  });
  const go = (page: number, to: string | null | undefined) =>
    setParameters((before) => {
      const next = new URLSearchParams(before);
      next.delete(pageKey);
      next.delete(cursorKey);
      if (to !== null && to !== undefined) {
        next.set(pageKey, String(page));
        next.set(cursorKey, to);
      }
      return next;
    });
  const nextCursor = query.data?.nextCursor ?? null;
  const cursorBefore = seen.current.cursors.get(pageNumber - 1);
  return {
    query,
    items: query.data?.items,
    pageNumber,
    hasNext: nextCursor !== null,
    /** The page before is not known by its cursor: there is only the way to the first. */
    isBackToFirst: pageNumber > 2 && cursorBefore === undefined,
    next: () => {
      if (nextCursor !== null && !query.isPlaceholderData) go(pageNumber + 1, nextCursor);
    },
    previous: () => go(pageNumber - 1, cursorBefore),
  };
}
export type CursorPages<Item> = ReturnType<typeof useCursorPages<Item>>;

/** Of a page with a cursor, which the first one has not. */
function readNumber(text: string | null): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 1 ? number : 2;
}
