import { Checkbox, Table } from '@mantine/core';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { useCanHandleAlerts } from '../api/session-state.js';
import { SortableHeader, type ColumnOrder } from '../lists/sortable-header.js';
import { useRowKeys } from '../lists/use-row-keys.js';
import type { AlertRow } from './alert.js';
import type { Selection } from './alert-actions.js';
import { AlertTableRow } from './alert-table-row.js';
import type { Triage } from './use-triage.js';

interface Props {
  readonly alerts: readonly AlertRow[];
  readonly canSelect: boolean;
  readonly selection: Selection;
  readonly onSelect: (selection: Selection) => void;
  readonly onAct: Triage['act'];
  /** The card that was open before: its row is where one goes on. */
  readonly cameFrom: number | null;
  readonly onTogglePause: () => void;
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
}

export function AlertTable(props: Props): ReactElement {
  const { alerts, selection } = props;
  const [current, setCurrent] = useState<number | null>(props.cameFrom);
  useRowInSight(props.cameFrom);
  const isSelected = (id: number) => selection.isAll || selection.ids.has(id);
  const select = (ids: readonly number[], isOn: boolean) => {
    const next = new Set(selection.isAll ? alerts.map((one) => one.id) : selection.ids);
    for (const id of ids)
      if (isOn) next.add(id);
      else next.delete(id);
    props.onSelect({ ids: next, isAll: false });
  };
  const anchor = useRef<number | null>(null);
  const selectRow = (id: number, isOn: boolean, isRange: boolean) => {
    select(isRange ? between(alerts, anchor.current ?? id, id) : [id], isOn);
    anchor.current = id;
  };
  useAlertKeys({
    ...props,
    current,
    setCurrent,
    onToggle: (id) => selectRow(id, !isSelected(id), false),
    onExtend: (id) => selectRow(id, true, true),
  });
  const areAllSelected = alerts.every((one) => isSelected(one.id));
  return (
    <Table
      className="list-table is-stacking is-tight is-dense"
      aria-label="Alerts"
      horizontalSpacing={10}
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          {props.canSelect && (
            <Table.Th w={36}>
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
          <SortableHeader {...createdOrder(props.sort)} title="Created" onSort={props.onSort} w={116} />
          <SortableHeader {...importanceOrder(props.sort)} title="Importance" onSort={props.onSort} w={104} />
          <Table.Th w="20%">Detected</Table.Th>
          <Table.Th>Object or mail</Table.Th>
          <Table.Th w={140} className="col-wide">
            Source
          </Table.Th>
          <Table.Th w={92} className="col-widest">
            Found by
          </Table.Th>
          <Table.Th w={104}>State</Table.Th>
          <Table.Th w={96} className="col-widest">
            Assignee
          </Table.Th>
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
            onSelect={(isOn, isRange) => selectRow(alert.id, isOn, isRange)}
            onFocus={() => setCurrent(alert.id)}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const rowOf = (id: number): Element | null => document.querySelector(`[data-alert="${id}"]`);

/** After the page has put the focus on its title, unless the operator went on already. */
function useRowInSight(id: number | null): void {
  useEffect(() => {
    if (id === null) return undefined;
    const timer = setTimeout(() => {
      const active = document.activeElement;
      if (active !== document.body && active?.id !== 'page-title') return;
      rowOf(id)?.querySelector<HTMLElement>('.row-link')?.focus({ preventScroll: true });
      rowOf(id)?.scrollIntoView({ block: 'center' });
    }, 0);
    return () => clearTimeout(timer);
  }, [id]);
}

/** The rows from one to the other, in whatever order they were pointed at. */
function between(alerts: readonly AlertRow[], one: number, other: number): number[] {
  const ids = alerts.map(({ id }) => id);
  const [from, to] = [ids.indexOf(one), ids.indexOf(other)].sort((a, b) => a - b);
  return from === undefined || to === undefined || from < 0 ? [other] : ids.slice(from, to + 1);
}

const createdOrder = (sort: string | null): ColumnOrder =>
  sort === null
    ? { order: 'descending', next: 'oldest' }
    : { order: sort === 'oldest' ? 'ascending' : 'none', next: null };
const importanceOrder = (sort: string | null): ColumnOrder =>
  sort === 'importance' ? { order: 'descending', next: null } : { order: 'none', next: 'importance' };

interface KeyProps extends Props {
  readonly current: number | null;
  readonly setCurrent: (id: number) => void;
  readonly onToggle: (id: number) => void;
  readonly onExtend: (id: number) => void;
}

/** `j` `k` walk through the rows; letters act on the one they stopped at, unless rows are selected: then on those. */
function useAlertKeys(props: KeyProps): void {
  const [, navigate] = useLocation();
  const canHandle = useCanHandleAlerts();
  const ids = props.alerts.map((one) => one.id);
  const current = props.current !== null && ids.includes(props.current) ? props.current : null;
  const forCurrent = (act: (id: number) => void) => () => {
    if (current !== null) act(current);
  };
  const handling = canHandle
    ? {
        x: forCurrent(props.onToggle),
        X: forCurrent(props.onExtend),
        a: () => props.onAct('acknowledge', current),
        i: () => props.onAct('assign', current),
        c: () => props.onAct('close', current),
        e: () => props.onAct('comment', current),
      }
    : {};
  useRowKeys({
    ids,
    current: props.current,
    onMove: props.setCurrent,
    rowOf,
    keys: {
      ...handling,
      Enter: forCurrent((id) => navigate(`/alerts/${id}`)),
      p: props.onTogglePause,
    },
  });
}
