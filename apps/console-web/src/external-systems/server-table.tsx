import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { SortableHeader } from '../lists/sortable-header.js';
import type { SystemEntry } from './fold-systems.js';
import { ServerListRows } from './server-list-rows.js';
import { columnOrder } from './sort-systems.js';
import type { SystemAction } from './system-dialogs.js';

interface Props {
  readonly entries: readonly SystemEntry[];
  readonly isAdministrator: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: readonly string[], isOn: boolean) => void;
  readonly onAct: (action: SystemAction) => void;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
}

export function ServerTable({ sort, onSort, ...props }: Props): ReactElement {
  const by = (column: Parameters<typeof columnOrder>[0]) => ({ ...columnOrder(column, sort), onSort });
  return (
    <div className="list-scroll">
      <Table
        className="list-table is-stacking is-dense"
        aria-label="Server list"
        horizontalSpacing={8}
        highlightOnHover
      >
        <Table.Thead>
          <Table.Tr>
            {props.isAdministrator && (
              <Table.Th w={34}>
                <span className="sr-only">Select</span>
              </Table.Th>
            )}
            <SortableHeader title="Address" {...by('sensor')} w={100} className="col-widest" />
            <SortableHeader title="Type" {...by('type')} w={120} className="col-wide" />
            <SortableHeader title="Name" {...by('name')} />
            <SortableHeader title="ID" {...by('id')} />
            <Table.Th w={130} className="col-widest">
              Certificate fingerprint
            </Table.Th>
            <SortableHeader title="Expires" {...by('expiry')} w={118} />
            <SortableHeader title="State" {...by('state')} w={110} />
            <SortableHeader title="Connection" {...by('seen')} w={106} className="col-wide" />
            {props.isAdministrator && (
              <Table.Th w={162}>
                <span className="sr-only">Actions</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {props.entries.map((entry) => (
            <ServerListRows key={entry.sensorId} entry={entry} {...props} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
