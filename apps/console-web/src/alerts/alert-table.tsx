import { Checkbox, Table } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { useCanHandleAlerts, useSession } from '../api/session-state.js';
import { useReportedChange } from './use-reported-change.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { Moment } from '../texts/moment.js';
import { WordBadge } from '../texts/word-badge.js';
import { alertStateWords, importanceWords, technologyNames } from '../texts/words.js';
import { useRowKeys } from '../lists/use-row-keys.js';
import type { AlertRow } from './alert.js';
import type { Selection } from './alert-actions.js';

interface Props {
  readonly alerts: readonly AlertRow[];
  readonly canSelect: boolean;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onTogglePause: () => void;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
}

export function AlertTable(props: Props): ReactElement {
  const { alerts, selection } = props;
  const [current, setCurrent] = useState<number | null>(null);
  const isSelected = (id: number) => selection.isAll || selection.ids.has(id);
  const select = (ids: readonly number[], isOn: boolean) => {
    const next = new Set(selection.isAll ? alerts.map((one) => one.id) : selection.ids);
    for (const id of ids)
      if (isOn) next.add(id);
      else next.delete(id);
    props.onSelect({ ids: next, isAll: false });
  };
  useAlertKeys({ ...props, current, setCurrent, onToggle: (id) => select([id], !isSelected(id)) });
  const areAllSelected = alerts.every((one) => isSelected(one.id));
  return (
    <Table className="list-table is-stacking" aria-label="Alerts" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {props.canSelect && (
            <Table.Th w={40}>
              <Checkbox
                size="xs"
                aria-label="Select all on this page"
                checked={areAllSelected}
                indeterminate={!areAllSelected && alerts.some((one) => isSelected(one.id))}
                onChange={() =>
                  select(
                    alerts.map((one) => one.id),
                    !areAllSelected,
                  )
                }
              />
            </Table.Th>
          )}
          <SortableHeader {...createdOrder(props.sort)} title="Created" onSort={props.onSort} />
          <SortableHeader {...importanceOrder(props.sort)} title="Importance" onSort={props.onSort} />
          <Table.Th>Detected</Table.Th>
          <Table.Th>Object</Table.Th>
          <Table.Th>Source</Table.Th>
          <Table.Th>Technologies</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Assignee</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {alerts.map((alert) => (
          <AlertTableRow
            key={alert.id}
            alert={alert}
            canSelect={props.canSelect}
            isCurrent={alert.id === current}
            isSelected={isSelected(alert.id)}
            onSelect={(isOn) => select([alert.id], isOn)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** `order`: as it is now; `next`: what a click makes of it. */
interface Order {
  readonly order: 'ascending' | 'descending' | 'none';
  readonly next: string | null;
}

const createdOrder = (sort: string | null): Order =>
  sort === null
    ? { order: 'descending', next: 'oldest' }
    : { order: sort === 'oldest' ? 'ascending' : 'none', next: null };
const importanceOrder = (sort: string | null): Order =>
  sort === 'importance' ? { order: 'descending', next: null } : { order: 'none', next: 'importance' };

interface SortableHeaderProps extends Order {
  readonly title: string;
  readonly onSort: (sort: string | null) => void;
}

const SortableHeader = ({ title, order, next, onSort }: SortableHeaderProps): ReactElement => (
  <Table.Th aria-sort={order}>
    <button type="button" className="sort-switch" data-order={order} onClick={() => onSort(next)}>
      {title}
    </button>
  </Table.Th>
);

interface RowProps {
  readonly alert: AlertRow;
  readonly canSelect: boolean;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (isOn: boolean) => void;
}

function AlertTableRow({ alert, canSelect, isCurrent, isSelected, onSelect }: RowProps): ReactElement {
  return (
    <Table.Tr data-alert={alert.id} data-is-current={isCurrent || undefined}>
      {canSelect && (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={`Select alert ${alert.id}`}
            checked={isSelected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td data-label="Created">
        <Moment at={alert.createdAt} />
      </Table.Td>
      <Table.Td data-label="Importance">
        <WordBadge word={importanceWords[alert.importance]} />
      </Table.Td>
      <Table.Td data-label="Detected">
        <div className="cell-text cell-detected">
          <Link href={`/alerts/${alert.id}`} className="row-link">
            {alert.names.length === 0 ? `Alert ${alert.id}` : <ClaimedText text={alert.names[0] ?? ''} />}
          </Link>
          {alert.detectionsTotal > 1 && <span className="quiet"> and {alert.detectionsTotal - 1} more</span>}
        </div>
      </Table.Td>
      <Table.Td data-label="Object">
        <div className="cell-text">
          {alert.object.name === null ? (
            <span className="quiet">No name given</span>
          ) : (
            <ClaimedText text={alert.object.name} />
          )}
          {(alert.seenBefore ?? 0) > 0 && (
            <>
              <br />
              <span className="seen-before">Seen before in {plural(alert.seenBefore ?? 0, 'alert')}</span>
            </>
          )}
        </div>
      </Table.Td>
      <Table.Td data-label="Source">
        <div className="cell-source">
          {alert.systemName === null || alert.systemName === '' ? (
            alert.sensorId
          ) : (
            <ClaimedText text={alert.systemName} />
          )}
          <br />
          <span className="quiet">{alert.source === 'mail' ? 'Mail sensor' : 'External system'}</span>
        </div>
      </Table.Td>
      <Table.Td data-label="Technologies">
        {alert.technologies.map((technology) => technologyNames[technology]).join(', ')}
      </Table.Td>
      <Table.Td data-label="State">
        <WordBadge word={alertStateWords[alert.state]} />
      </Table.Td>
      <Table.Td data-label="Assignee">{alert.assignee ?? <span className="quiet">No one</span>}</Table.Td>
    </Table.Tr>
  );
}

interface KeyProps extends Props {
  readonly current: number | null;
  readonly setCurrent: (id: number) => void;
  readonly onToggle: (id: number) => void;
}

/** `j` `k` walk through the rows; letters act on the one they stopped at, unless rows are selected: then on those. */
function useAlertKeys(props: KeyProps): void {
  const [, navigate] = useLocation();
  const { username } = useSession();
  const canHandle = useCanHandleAlerts();
  const change = useReportedChange();
  const ids = props.alerts.map((one) => one.id);
  const { current } = props;
  const forCurrent = (act: (id: number) => void) => () => {
    if (current !== null && ids.includes(current)) act(current);
  };
  const isSelecting = props.selection.isAll || props.selection.ids.size > 0;
  const selecting = canHandle ? { x: forCurrent(props.onToggle) } : {};
  const acting =
    canHandle && !isSelecting
      ? {
          a: forCurrent((id) => change(id, { state: 'in-process', assignee: username }, 'acknowledged')),
          i: forCurrent((id) => change(id, { assignee: username }, 'assigned to you')),
          c: forCurrent((id) => change(id, { state: 'closed' }, 'closed')),
        }
      : {};
  useRowKeys({
    ids,
    current,
    onMove: props.setCurrent,
    rowOf: (id) => document.querySelector(`[data-alert="${id}"]`),
    keys: {
      ...selecting,
      ...acting,
      Enter: forCurrent((id) => navigate(`/alerts/${id}`)),
      p: props.onTogglePause,
    },
  });
}
