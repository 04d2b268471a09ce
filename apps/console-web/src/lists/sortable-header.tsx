import { Table } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

/** `order`: as it is now; `next`: what a click makes of it. */
export interface ColumnOrder {
  readonly order: 'ascending' | 'descending' | 'none';
  readonly next: string | null;
}

interface Props extends ColumnOrder {
  readonly title: ReactNode;
  readonly onSort: (sort: string | null) => void;
  readonly w?: number | string;
  readonly className?: string;
}

/** The title of a column that a click sorts by. */
export const SortableHeader = ({ title, order, next, onSort, w, className }: Props): ReactElement => (
  <Table.Th
    aria-sort={order}
    {...(w === undefined ? {} : { w })}
    {...(className === undefined ? {} : { className })}
  >
    <button type="button" className="sort-switch" data-order={order} onClick={() => onSort(next)}>
      {title}
    </button>
  </Table.Th>
);
