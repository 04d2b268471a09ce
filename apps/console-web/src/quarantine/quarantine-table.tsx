import { Button, Checkbox, Table } from '@mantine/core';
import type { Quarantined, Release } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ClaimedText } from '../texts/claimed-text.js';
import { formatBytes, plural } from '../texts/formats.js';
import { Moment } from '../texts/moment.js';
import { SystemName } from '../texts/system-name.js';
import { WordBadge } from '../texts/word-badge.js';
import { describeReason, scanStateWords } from '../texts/words.js';

interface Props {
  readonly items: readonly Quarantined[];
  readonly canSelect: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  /** Null: this operator may not. */
  readonly onRead: ((item: Quarantined) => void) | null;
}

export function QuarantineTable({ items, canSelect, selected, onSelect, onRead }: Props): ReactElement {
  const isWhole = items.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <Table className="list-table is-stacking" aria-label="Quarantine">
      <Table.Thead>
        <Table.Tr>
          {canSelect && (
            <Table.Th w={36}>
              <Checkbox
                size="xs"
                aria-label="Select all on this page"
                checked={isWhole}
                indeterminate={!isWhole && items.some(({ id }) => selected.has(id))}
                onChange={() => onSelect(new Set(isWhole ? [] : items.map(({ id }) => id)))}
              />
            </Table.Th>
          )}
          <Table.Th>Kept since</Table.Th>
          <Table.Th>Mail or object</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th>System</Table.Th>
          <Table.Th>Release</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.id}>
            {canSelect && (
              <Table.Td>
                <Checkbox
                  size="xs"
                  aria-label={`Select ${nameOf(item)}`}
                  checked={selected.has(item.id)}
                  onChange={() => toggle(item.id)}
                />
              </Table.Td>
            )}
            <Table.Td data-label="Kept since">
              <Moment at={item.keptAt} />
            </Table.Td>
            <Table.Td data-label="Mail or object">
              <MailOrObject item={item} />
              {onRead !== null && item.message !== null && (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={`Read ${nameOf(item)}`}
                  onClick={() => onRead(item)}
                >
                  Read
                </Button>
              )}
            </Table.Td>
            <Table.Td data-label="Why">
              <Why item={item} />
            </Table.Td>
            <Table.Td data-label="System">
              <SystemName system={item} />
            </Table.Td>
            <Table.Td data-label="Release">
              <HowReleased release={item.release} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export const nameOf = ({ message, object }: Quarantined): string =>
  (message === null ? object.name : message.subject) ?? (message === null ? 'No name given' : 'No subject');

function MailOrObject({ item }: { readonly item: Quarantined }): ReactElement {
  const { message, object } = item;
  return (
    <div className="cell-text">
      <ClaimedText text={nameOf(item)} />
      <div className="quiet">
        {message === null ? (
          formatBytes(object.size)
        ) : (
          <ClaimedText text={`${message.sender ?? 'no sender'} → ${describeRecipients(message)}`} />
        )}
      </div>
    </div>
  );
}

function describeRecipients({ recipients, blindRecipients }: NonNullable<Quarantined['message']>): string {
  const blind = blindRecipients === 0 ? [] : [plural(blindRecipients, 'blind recipient')];
  return [...recipients, ...blind].join(', ');
}

/** Leads to where the whole verdict stands. */
function Why({ item }: { readonly item: Quarantined }): ReactElement {
  const [name] = item.names;
  const more = item.names.length > 1 ? ` +${item.names.length - 1}` : '';
  return (
    <div className="cell-text">
      <WordBadge word={scanStateWords[item.state]} />
      <div>
        <Link
          href={item.alertId === null ? `/scans/${item.id}` : `/alerts/${item.alertId}`}
          className="row-link"
        >
          {name === undefined ? (
            describeReason(item.reason ?? 'No reason was noted')
          ) : (
            <ClaimedText text={`${name}${more}`} />
          )}
        </Link>
      </div>
    </div>
  );
}

const releaseWords = {
  waiting: { name: 'Waiting', color: 'blue' },
  delivered: { name: 'Released', color: 'teal' },
  refused: { name: 'Refused', color: 'red' },
} as const;

/** With what the receiver answered, so that "released" is not taken for "arrived". */
function HowReleased({ release }: { readonly release: Release | null }): ReactElement {
  if (release === null) return <span className="quiet">–</span>;
  return (
    <div className="cell-text">
      <WordBadge word={releaseWords[release.state]} />
      <span className="quiet"> by {release.operator}</span>
      {release.answers.map(({ recipient, answer }, index) => (
        <div key={index} className="quiet">
          <ClaimedText text={`${recipient ?? 'A blind recipient'}: ${answer}`} />
        </div>
      ))}
    </div>
  );
}
