import { Button, Group, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../../api/ask.js';
import { useIsAdministrator } from '../../api/session-state.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { formatSpan, formatTime, plural } from '../../texts/formats.js';
import { TimeAgo, useNowMs } from '../../texts/moment.js';
import { WordBadge } from '../../texts/word-badge.js';
import { channelStateWords, describePlace, kindWords, type Channel } from '../channel.js';

export interface OpenChannel {
  readonly kind: 'edit' | 'test' | 'delete';
  readonly channel: Channel;
}

interface Props {
  readonly channels: readonly Channel[];
  readonly onOpen: (open: OpenChannel) => void;
}

export function ChannelTable({ channels, onOpen }: Props): ReactElement {
  const isAdministrator = useIsAdministrator();
  return (
    <Table className="list-table is-stacking is-roomy" aria-label="Channels">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th className="col-wide">Kind</Table.Th>
          <Table.Th>Where to</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Last answer</Table.Th>
          <Table.Th className="col-wide">Rules</Table.Th>
          {isAdministrator && (
            <Table.Th>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {channels.map((channel) => (
          <Table.Tr key={channel.id} data-state={channel.state}>
            <Table.Td data-label="Name">
              <div className="channel-name">
                <ClaimedText text={channel.name} />
              </div>
            </Table.Td>
            <Table.Td data-label="Kind" className="col-wide">
              {kindWords[channel.kind].name}
            </Table.Td>
            <Table.Td data-label="Where to">
              <Place channel={channel} />
            </Table.Td>
            <Table.Td data-label="State">
              <ChannelState channel={channel} />
            </Table.Td>
            <Table.Td data-label="Last answer">
              <LastAnswer channel={channel} />
            </Table.Td>
            <Table.Td data-label="Rules" className="col-wide">
              {channel.rules === 0 ? <span className="quiet">None</span> : channel.rules}
            </Table.Td>
            {isAdministrator && (
              <Table.Td className="cell-actions">
                <ChannelActions channel={channel} onOpen={onOpen} />
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Place({ channel }: { readonly channel: Channel }): ReactElement {
  const { place, how } = describePlace(channel);
  return (
    <div className="channel-place">
      <ClaimedText text={place} />
      <div className="quiet">{how}</div>
    </div>
  );
}

/** Since when it fails, when it is tried next, and what waits meanwhile. */
function ChannelState({ channel }: { readonly channel: Channel }): ReactElement {
  const nowMs = useNowMs();
  const { state, failingSince, pausedUntil, waiting } = channel;
  const secondsLeft = pausedUntil === null ? 0 : (Date.parse(pausedUntil) - nowMs) / 1000;
  return (
    <div className="cell-text">
      <WordBadge word={channelStateWords[state]} />
      {failingSince !== null && (
        <div className="quiet">
          for{' '}
          <time dateTime={failingSince} title={`since ${formatTime(failingSince)}`}>
            {formatSpan((nowMs - Date.parse(failingSince)) / 1000)}
          </time>
          , {plural(channel.failures, 'attempt')} failed
        </div>
      )}
      {state === 'away' && (
        <div className="quiet">
          {secondsLeft > 1 ? `tried again in ${formatSpan(secondsLeft)}` : 'tried again any moment'}
        </div>
      )}
      {waiting > 0 && (
        <div>
          <Link
            href={withQuery('/notifications/deliveries', { channelId: channel.id, state: 'waiting' })}
            className="row-link"
          >
            {plural(waiting, 'message')} {waiting === 1 ? 'waits' : 'wait'}
          </Link>
        </div>
      )}
    </div>
  );
}

function LastAnswer({ channel }: { readonly channel: Channel }): ReactElement {
  const isFailing = channel.failures > 0;
  const at = isFailing ? channel.lastFailureAt : channel.lastSuccessAt;
  if (at === null) return <span className="quiet">Nothing was sent yet</span>;
  return (
    <div className="answer">
      <span className="answer-text">
        <ClaimedText text={channel.lastAnswer ?? 'taken without a word'} />
      </span>
      <div className="quiet">
        <TimeAgo at={at} />
        {isFailing && channel.lastSuccessAt !== null && (
          <>
            , last taken <TimeAgo at={channel.lastSuccessAt} />
          </>
        )}
      </div>
    </div>
  );
}

const ChannelActions = ({
  channel,
  onOpen,
}: {
  readonly channel: Channel;
  readonly onOpen: Props['onOpen'];
}): ReactElement => (
  <Group gap={6} justify="flex-end" wrap="nowrap" className="row-buttons">
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Send a test through ${channel.name}`}
      onClick={() => onOpen({ kind: 'test', channel })}
    >
      Send a test
    </Button>
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Edit ${channel.name}`}
      onClick={() => onOpen({ kind: 'edit', channel })}
    >
      Edit
    </Button>
    <Button
      size="compact-sm"
      variant="light"
      color="red"
      aria-label={`Delete ${channel.name}`}
      onClick={() => onOpen({ kind: 'delete', channel })}
    >
      Delete
    </Button>
  </Group>
);
