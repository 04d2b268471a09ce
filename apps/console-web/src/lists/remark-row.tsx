import { Table } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';

interface Props {
  readonly columns: number;
  readonly children: ReactNode;
}

/** What belongs to the row above and must not be cut: a row of its own, as wide as the table. */
export const RemarkRow = ({ columns, children }: Props): ReactElement => (
  <Table.Tr className="row-remark">
    <Table.Td colSpan={columns}>{children}</Table.Td>
  </Table.Tr>
);
