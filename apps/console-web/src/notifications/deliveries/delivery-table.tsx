import { Button, Checkbox, Group, Table } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { SortableHeader } from '../../lists/sortable-header.js';
import { describeProblem } from '../../api/api-problem.js';
import { notify } from '../../notices/notices.js';
import { ClaimedText, revealText } from '../../texts/claimed-text.js';
import { Clock } from '../../texts/moment.js';
import { replayDelivery, useReloadDeliveries } from './deliveries-query.js';
import { canReplay, type Delivery } from './delivery.js';
import { DeliveryNote, DeliveryState, DeliveryTitle } from './delivery-texts.js';

interface Props {
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
  readonly deliveries: readonly Delivery[];
  readonly mayReplay: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (id: string) => void;
}

export function DeliveryTable(props: Props): ReactElement {
  const { deliveries, mayReplay, selected, onSelect } = props;
  const ids = deliveries.filter(canReplay).map((one) => one.id);
  const chosen = ids.filter((id) => selected.has(id)).length;
  return (
    <Table
      className="list-table is-stacking is-dense"
      aria-label="Deliveries"
      horizontalSpacing={10}
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          {mayReplay && (
            <Table.Th w={36}>
              <Checkbox
                size="xs"
                aria-label="Select all on this page"
                disabled={ids.length === 0}
                checked={ids.length > 0 && chosen === ids.length}
                indeterminate={chosen > 0 && chosen < ids.length}
                onChange={() => onSelect(chosen === ids.length ? new Set() : new Set(ids))}
              />
            </Table.Th>
          )}
          <SortableHeader
            title="Made"
            order={props.sort === 'oldest' ? 'ascending' : 'descending'}
            next={props.sort === 'oldest' ? null : 'oldest'}
            onSort={props.onSort}
            w={116}
          />
          <Table.Th>What</Table.Th>
          <Table.Th w="22%">Rule and channel</Table.Th>
          <Table.Th w={200}>State</Table.Th>
          <Table.Th className="col-widest">Last answer</Table.Th>
          <Table.Th w={96}>
            <span className="sr-only">Actions</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} {...props} delivery={delivery} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function DeliveryRow({
  delivery,
  mayReplay,
  selected,
  onSelect,
  onOpen,
}: Props & { readonly delivery: Delivery }): ReactElement {
  const { id } = delivery;
  const name = nameOf(delivery);
  const isSelected = selected.has(id);
  const toggle = () => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <Table.Tr data-state={delivery.state} aria-selected={mayReplay ? isSelected : undefined}>
      {mayReplay && (
        <Table.Td className={canReplay(delivery) ? '' : 'cell-empty'}>
          {canReplay(delivery) && (
            <Checkbox size="xs" aria-label={`Select ${name}`} checked={isSelected} onChange={toggle} />
          )}
        </Table.Td>
      )}
      <Table.Td data-label="Made">
        <Clock at={delivery.createdAt} />
      </Table.Td>
      <Table.Td data-label="What" className="col-name">
        <div className="cell-line">
          <div className="cell-text">
            <button type="button" className="row-open" aria-haspopup="dialog" onClick={() => onOpen(id)}>
              <DeliveryTitle delivery={delivery} />
            </button>
          </div>
          <span className="quiet delivery-note col-wide">
            <DeliveryNote delivery={delivery} />
          </span>
        </div>
      </Table.Td>
      <Table.Td data-label="Rule and channel">
        <div className="cell-text" title={revealText(routeOf(delivery))}>
          <ClaimedText text={routeOf(delivery)} />
        </div>
      </Table.Td>
      <Table.Td data-label="State">
        <DeliveryState delivery={delivery} />
      </Table.Td>
      <Table.Td data-label="Last answer" className="col-widest">
        {delivery.lastAnswer === null || delivery.lastAnswer === '' ? (
          <span className="quiet">None yet</span>
        ) : (
          <div className="cell-text" title={revealText(delivery.lastAnswer)}>
            <ClaimedText text={delivery.lastAnswer} />
          </div>
        )}
      </Table.Td>
      <Table.Td className="cell-actions">
        {mayReplay && canReplay(delivery) && (
          <Group justify="flex-end">
            <ReplayButton delivery={delivery} name={name} />
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

const routeOf = ({ rule, channel }: Delivery): string =>
  rule === null ? channel.name : `${rule.name ?? 'a rule without a name'} → ${channel.name}`;

/** For screen readers: which row a button belongs to. */
function nameOf({ kind, alertId, channel, createdAt }: Delivery): string {
  const what = kind === 'alert' ? `alert ${alertId ?? ''}` : kind;
  return `${what} through ${channel.name}, ${createdAt}`;
}

export function ReplayButton({
  delivery,
  name,
}: {
  readonly delivery: Delivery;
  readonly name: string;
}): ReactElement {
  const reload = useReloadDeliveries();
  const replay = useMutation({
    mutationFn: () => replayDelivery(delivery.id),
    onSuccess: () => notify('done', 'It is sent once more, under the same event id.'),
    onError: (thrown) => notify('failed', `Not replayed. ${describeProblem(thrown)}`),
    onSettled: reload,
  });
  const word = delivery.state === 'waiting' ? 'Send now' : 'Replay';
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={replay.isPending}
      aria-label={`${word}: ${name}`}
      onClick={() => replay.mutate()}
    >
      {word}
    </Button>
  );
}
