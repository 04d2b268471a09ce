import { Button, Checkbox, Group, Table } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { describeProblem } from '../../api/api-problem.js';
import { notify } from '../../notices/notices.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { Moment } from '../../texts/moment.js';
import { replayDelivery, useReloadDeliveries } from './deliveries-query.js';
import { canReplay, type Delivery } from './delivery.js';
import { DeliveryNote, DeliveryState, DeliveryTitle } from './delivery-texts.js';

interface Props {
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
    <Table className="list-table is-stacking" aria-label="Deliveries" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          {mayReplay && (
            <Table.Th w={40}>
              <Checkbox
                aria-label="Select all on this page"
                disabled={ids.length === 0}
                checked={ids.length > 0 && chosen === ids.length}
                indeterminate={chosen > 0 && chosen < ids.length}
                onChange={() => onSelect(chosen === ids.length ? new Set() : new Set(ids))}
              />
            </Table.Th>
          )}
          <Table.Th>Made</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>Rule and channel</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Last answer</Table.Th>
          <Table.Th>
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
            <Checkbox aria-label={`Select ${name}`} checked={isSelected} onChange={toggle} />
          )}
        </Table.Td>
      )}
      <Table.Td data-label="Made">
        <Moment at={delivery.createdAt} />
      </Table.Td>
      <Table.Td data-label="What">
        <div className="cell-text">
          <button type="button" className="row-open" aria-haspopup="dialog" onClick={() => onOpen(id)}>
            <DeliveryTitle delivery={delivery} />
          </button>
          <div className="quiet delivery-note">
            <DeliveryNote delivery={delivery} />
          </div>
        </div>
      </Table.Td>
      <Table.Td data-label="Rule and channel">
        <div className="cell-text">
          {delivery.rule !== null && <ClaimedText text={delivery.rule.name ?? 'a rule without a name'} />}
          <div className={delivery.rule === null ? '' : 'quiet'}>
            <ClaimedText text={delivery.channel.name} />
          </div>
        </div>
      </Table.Td>
      <Table.Td data-label="State">
        <DeliveryState delivery={delivery} />
      </Table.Td>
      <Table.Td data-label="Last answer">
        <div className="answer">
          <span className="answer-text">
            {delivery.lastAnswer === null || delivery.lastAnswer === '' ? (
              <span className="quiet">None yet</span>
            ) : (
              <ClaimedText text={delivery.lastAnswer} />
            )}
          </span>
        </div>
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
      size="xs"
      variant="default"
      loading={replay.isPending}
      aria-label={`${word}: ${name}`}
      onClick={() => replay.mutate()}
    >
      {word}
    </Button>
  );
}
