import { Button, Checkbox, Table } from '@mantine/core';
import type { Quarantined, Release } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ClaimedText, isolateText, revealText } from '../texts/claimed-text.js';
import { formatBytes } from '../texts/formats.js';
import { MailRoute, mailRouteTitle, wholeRoute } from '../texts/mail-route.js';
import { Clock, useNowMs } from '../texts/moment.js';
import { rescannedWord } from '../texts/rescanned-note.js';
import { SystemName, systemTitle } from '../texts/system-name.js';
import { WordBadge } from '../texts/word-badge.js';
import { describeReason, scanStateWords } from '../texts/words.js';
import { holdWords } from './hold-words.js';
import { nameOf } from './name-of.js';
import { describeNext } from './release-texts.js';

interface Props {
  readonly items: readonly Quarantined[];
  readonly canSelect: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  /** Null: this operator may not. */
  readonly onRead: ((item: Quarantined) => void) | null;
  readonly onAttempts: (item: Quarantined) => void;
}

export function QuarantineTable(props: Props): ReactElement {
  const { items, canSelect, selected, onSelect, onRead, onAttempts } = props;
  const isWhole = items.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <Table
      className="list-table is-stacking is-tight is-dense"
      aria-label="Quarantine"
      horizontalSpacing={10}
      highlightOnHover
    >
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
          <Table.Th w={116}>Kept since</Table.Th>
          <Table.Th>Mail or object</Table.Th>
          <Table.Th w="27%">Why</Table.Th>
          <Table.Th w={130} className="col-widest">
            System
          </Table.Th>
          <Table.Th w="26%">Release</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Table.Tr key={item.id}>
            {canSelect && (
              <Table.Td className="is-tick">
                <Checkbox
                  size="xs"
                  aria-label={`Select ${nameOf(item)}`}
                  checked={selected.has(item.id)}
                  onChange={() => toggle(item.id)}
                />
              </Table.Td>
            )}
            <Table.Td data-label="Kept since" className="is-end">
              <Clock at={item.keptAt} />
            </Table.Td>
            <Table.Td data-label="Mail or object" className="col-name is-first">
              <div className="cell-line">
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
              </div>
            </Table.Td>
            <Table.Td data-label="Why" className="is-line">
              <Why item={item} />
            </Table.Td>
            <Table.Td data-label="System" className="col-widest is-rest">
              <div className="cell-text" title={revealText(systemTitle(item))}>
                <SystemName system={item} />
              </div>
            </Table.Td>
            <Table.Td
              data-label="Release"
              className={item.release === null && item.hold === null ? 'is-left-out' : 'is-line'}
            >
              {item.release === null ? (
                <Held item={item} />
              ) : (
                <HowReleased item={item} release={item.release} onAttempts={onAttempts} />
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function MailOrObject({ item }: { readonly item: Quarantined }): ReactElement {
  const { message, object } = item;
  const size = formatBytes(object.size);
  const route = message === null ? null : wholeRoute(message);
  const more = route === null ? size : mailRouteTitle(route);
  return (
    <div className="cell-two" title={`${isolateText(nameOf(item))}\n${more}`}>
      <div className="cell-text">
        <ClaimedText text={nameOf(item)} />
      </div>
      <div className="cell-text cell-second">{route === null ? size : <MailRoute {...route} />}</div>
    </div>
  );
}

/** In Sluice's hands and not decided on yet, or decided otherwise than by a release. */
const Held = ({ item }: { readonly item: Quarantined }): ReactElement =>
  item.hold === null ? <span className="quiet">–</span> : <WordBadge word={holdWords[item.hold.state]} />;

/** Leads to where the whole verdict stands. */
function Why({ item }: { readonly item: Quarantined }): ReactElement {
  const [name] = item.names;
  const rescanned = rescannedWord(item.rescanned);
  const more = item.names.length > 1 ? ` +${item.names.length - 1}` : '';
  const why = name === undefined ? describeReason(item.reason ?? 'No reason was noted') : `${name}${more}`;
  return (
    <div className="cell-line">
      <WordBadge word={scanStateWords[item.state]} />
      {rescanned !== null && <WordBadge word={rescanned} />}
      <div className="cell-text" title={revealText(item.names.length > 1 ? item.names.join('\n') : why)}>
        <Link
          href={item.alertId === null ? `/scans/${item.id}` : `/alerts/${item.alertId}`}
          className="row-link"
        >
          <ClaimedText text={why} />
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
const refusalWords = {
  waiting: { name: 'Notifying the sender', color: 'blue' },
  delivered: { name: 'Sender notified', color: 'gray' },
  refused: { name: 'Sender not notified', color: 'red' },
} as const;

interface ReleasedProps {
  readonly item: Quarantined;
  readonly release: Release;
  readonly onAttempts: (item: Quarantined) => void;
}

/** With what the receiver answered, so that "released" is not taken for "arrived". */
function HowReleased({ item, release, onAttempts }: ReleasedProps): ReactElement {
  const nowMs = useNowMs();
  const answers = release.answers.map(
    ({ recipient, answer }) => `${recipient ?? 'A blind recipient'}: ${answer}`,
  );
  const next = release.state === 'waiting' ? [describeNext(release, nowMs)] : [];
  const story = [...next, `by ${release.operator}`, ...answers];
  return (
    <div className="cell-line">
      {item.hold?.state === 'held' && <WordBadge word={holdWords.held} />}
      <WordBadge word={(release.form === 'refusal' ? refusalWords : releaseWords)[release.state]} />
      <Button
        size="compact-xs"
        variant="subtle"
        aria-label={`Attempts to release ${nameOf(item)}`}
        onClick={() => onAttempts(item)}
      >
        Attempts
      </Button>
      <div className="cell-text cell-aside quiet" title={revealText(story.join('\n'))}>
        <ClaimedText text={story.join('; ')} />
      </div>
    </div>
  );
}
