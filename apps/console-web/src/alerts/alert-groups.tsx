import { Table, Text } from '@mantine/core';
import type { AlertGroup, AlertGrouping, AlertGroupsAnswer } from '@sluice/console-api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { AlertIcon } from '../design/icons.js';
import { ListEmpty, ListFailed, ListLoading } from '../lists/list-states.js';
import '../lists/lists.css';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { formatNumber, plural } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import { WordBadge } from '../texts/word-badge.js';
import { importanceWords } from '../texts/words.js';
import type { AlertFilter } from './alert.js';

export const groupingNames: Readonly<Record<AlertGrouping, string>> = {
  hash: 'Object',
  part: 'Detected part',
  detection: 'Detection',
  sender: 'Sender',
  system: 'System',
};

/** The filter that a group's alerts are the answer to. */
const filterKeys = {
  hash: 'sha256',
  part: 'part',
  detection: 'detection',
  sender: 'sender',
  system: 'sensorId',
} as const;
const areHashes: readonly AlertGrouping[] = ['hash', 'part'];

const refreshMs = 20_000;

interface Props {
  readonly by: AlertGrouping;
  readonly filter: AlertFilter;
}

/** The alerts that match the filter by what they have in common; each group leads to its alerts. */
export function AlertGroups({ by, filter }: Props): ReactElement {
  const asked = { ...filter, sort: null };
  const groups = useQuery({
    queryKey: [...queryKeys.alerts, 'groups', by, JSON.stringify(asked)],
    queryFn: () => ask('GET', withQuery('/api/alert-groups', { by, ...asked })),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  });
  if (groups.data === undefined)
    return groups.isError ? (
      <ListFailed problem={groups.error} onRetry={() => void groups.refetch()} />
    ) : (
      <ListLoading what="the groups" />
    );
  if (groups.data.items.length === 0)
    return (
      <ListEmpty icon={<AlertIcon size={28} />} title="No alerts to group">
        {by === 'part' ? 'No part inside an object was detected.' : 'Nothing that fits was detected.'}
      </ListEmpty>
    );
  return (
    <>
      <div className="list-scroll">
        <GroupTable by={by} filter={filter} groups={groups.data.items} />
      </div>
      <Text size="sm" c="dimmed" px="md" py="sm" role="status">
        {describeExtent(groups.data)}
      </Text>
    </>
  );
}

function describeExtent({ items, groupsTotal, alertsTotal, isMore }: AlertGroupsAnswer): string {
  const shown = groupsTotal > items.length ? `The ${items.length} largest of ` : '';
  const extent = isMore ? `the newest ${formatNumber(alertsTotal)} alerts` : plural(alertsTotal, 'alert');
  const grouped = items.reduce((sum, { count }) => sum + count, 0);
  const isWhole = !isMore && groupsTotal === items.length && grouped < alertsTotal;
  const rest = isWhole ? ` ${plural(alertsTotal - grouped, 'alert')} of them in none.` : '';
  return `${shown}${plural(groupsTotal, 'group')} of ${extent}.${rest}`;
}

const GroupTable = ({
  by,
  filter,
  groups,
}: Props & { readonly groups: readonly AlertGroup[] }): ReactElement => (
  <Table
    className="list-table is-stacking is-dense"
    aria-label="Groups of alerts"
    horizontalSpacing={10}
    highlightOnHover
  >
    <Table.Thead>
      <Table.Tr>
        <Table.Th>{groupingNames[by]}</Table.Th>
        <Table.Th w={90} ta="right">
          Alerts
        </Table.Th>
        <Table.Th w={80} ta="right">
          New
        </Table.Th>
        <Table.Th w={104}>Highest</Table.Th>
        <Table.Th w={116}>First</Table.Th>
        <Table.Th w={116}>Last</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {groups.map((group) => (
        <Table.Tr key={group.key}>
          <Table.Td data-label={groupingNames[by]} className="col-name">
            <div className="cell-text" title={revealText(group.key)}>
              <Link
                className="row-link"
                href={withQuery('/alerts', { ...filter, [filterKeys[by]]: group.key })}
              >
                <ClaimedText text={group.name === null || group.name === '' ? group.key : group.name} />
              </Link>
              {group.name !== null && group.name !== '' && (
                <span className="quiet">
                  {' '}
                  <ClaimedText text={areHashes.includes(by) ? `${group.key.slice(0, 12)}…` : group.key} />
                </span>
              )}
            </div>
          </Table.Td>
          <Table.Td data-label="Alerts" ta="right">
            {formatNumber(group.count)}
          </Table.Td>
          <Table.Td data-label="New" ta="right">
            {formatNumber(group.newCount)}
          </Table.Td>
          <Table.Td data-label="Highest">
            <WordBadge word={importanceWords[group.importance]} />
          </Table.Td>
          <Table.Td data-label="First">
            <Clock at={group.firstAt} />
          </Table.Td>
          <Table.Td data-label="Last">
            <Clock at={group.lastAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
