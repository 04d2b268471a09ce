import { Button, Group, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../../api/ask.js';
import { useIsAdministrator } from '../../api/session-state.js';
import { ClaimedText, revealText } from '../../texts/claimed-text.js';
import { formatNumber, formatSpan, formatTime, plural } from '../../texts/formats.js';
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
    <Table className="list-table is-stacking is-dense" aria-label="Channels" horizontalSpacing={10}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="20%">Name</Table.Th>
          <Table.Th w={86} className="col-widest">
            Kind
          </Table.Th>
          <Table.Th>Where to</Table.Th>
          <Table.Th w={246}>State</Table.Th>
          <Table.Th w="16%" className="col-wide">
            Last answer
          </Table.Th>
          <Table.Th w={64} className="col-widest">
            Rules
          </Table.Th>
          {isAdministrator && (
            <Table.Th w={208}>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {channels.map((channel) => (
          <Table.Tr key={channel.id} data-state={channel.state}>
            <Table.Td data-label="Name" className="col-name">
              <div className="cell-text" title={revealText(channel.name)}>
                <strong>
                  <ClaimedText text={channel.name} />
                </strong>
              </div>
            </Table.Td>
            <Table.Td data-label="Kind" className="col-widest">
              {kindWords[channel.kind].name}
            </Table.Td>
            <Table.Td data-label="Where to">
              <Place channel={channel} />
            </Table.Td>
            <Table.Td data-label="State">
              <ChannelState channel={channel} />
            </Table.Td>
            <Table.Td data-label="Last answer" className="col-wide">
              <LastAnswer channel={channel} />
            </Table.Td>
            <Table.Td data-label="Rules" className="col-widest">
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
    <div className="cell-text" title={revealText(`${place}\n${how}`)}>
      <ClaimedText text={place} />
      <span className="quiet"> {how}</span>
    </div>
  );
}

/** What waits for it, since when it fails, and when it is tried next. */
function ChannelState({ channel }: { readonly channel: Channel }): ReactElement {
  const nowMs = useNowMs();
  const { failingSince, waiting } = channel;
  const story = failureStory(channel, nowMs);
  const since = failingSince === null ? [] : [`since ${formatTime(failingSince)}`];
  return (
    <div className="cell-line">
      <WordBadge word={channelStateWords[channel.state]} />
      {waiting > 0 && (
        <Link
          href={withQuery('/notifications/deliveries', { channelId: channel.id, state: 'waiting' })}
          className="row-link quiet"
        >
          {formatNumber(waiting)} waiting
        </Link>
      )}
      <div className="cell-text cell-aside quiet" title={[...since, ...story].join('\n')}>
        {story.join(', ')}
      </div>
    </div>
  );
}

function failureStory(channel: Channel, nowMs: number): string[] {
  const { state, failingSince, pausedUntil, failures } = channel;
  const secondsLeft = pausedUntil === null ? 0 : (Date.parse(pausedUntil) - nowMs) / 1000;
  const next = secondsLeft > 1 ? `next attempt in ${formatSpan(secondsLeft)}` : 'next attempt any moment';
  return [
    ...(state === 'away' ? [next] : []),
    ...(failingSince === null
      ? []
      : [
          `failing for ${formatSpan((nowMs - Date.parse(failingSince)) / 1000)}`,
          `${plural(failures, 'attempt')} failed`,
        ]),
  ];
}

function LastAnswer({ channel }: { readonly channel: Channel }): ReactElement {
  const isFailing = channel.failures > 0;
  const at = isFailing ? channel.lastFailureAt : channel.lastSuccessAt;
  if (at === null) return <span className="quiet">Nothing was sent yet</span>;
  const answer = channel.lastAnswer ?? 'taken without a word';
  const taken =
    isFailing && channel.lastSuccessAt !== null ? [`last taken ${formatTime(channel.lastSuccessAt)}`] : [];
  return (
    <div className="cell-text" title={revealText([answer, formatTime(at), ...taken].join('\n'))}>
      <ClaimedText text={answer} />
      <span className="quiet">
        {' '}
        <TimeAgo at={at} />
      </span>
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
  <Group gap={6} justify="flex-end" wrap="nowrap">
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Send a test through ${channel.name}`}
      onClick={() => onOpen({ kind: 'test', channel })}
    >
      Test
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
