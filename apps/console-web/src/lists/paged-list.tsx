import type { ReactElement, ReactNode } from 'react';
import { ListEmpty, ListFailed, ListLoading } from './list-states.js';
import './lists.css';
import { PageFoot } from './page-foot.js';
import type { CursorPages } from './use-cursor-pages.js';

interface Props<Item> {
  readonly pages: CursorPages<Item>;
  /** Completes "Loading …". */
  readonly what: string;
  readonly empty: { readonly icon: ReactNode; readonly title: string; readonly advice?: ReactNode };
  /** How many there are on all pages, in words. */
  readonly total?: string | null;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** The states every list has: loading, failed, empty, and rows with a way to the next page. */
export function PagedList<Item>({ pages, what, empty, total = null, children }: Props<Item>): ReactElement {
  const { query, items } = pages;
  if (items === undefined)
    return query.isError ? (
      <ListFailed problem={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <ListLoading what={what} />
    );
  return (
    <>
      {query.isError && <ListFailed problem={query.error} onRetry={() => void query.refetch()} />}
      {items.length === 0 ? (
        <ListEmpty icon={empty.icon} title={empty.title}>
          {empty.advice}
        </ListEmpty>
      ) : (
        <div className="list-scroll" data-is-old={query.isPlaceholderData || undefined}>
          {children(items)}
        </div>
      )}
      <PageFoot pages={pages} total={items.length === 0 ? null : total} />
    </>
  );
}
