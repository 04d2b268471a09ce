import { Badge, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import '../lists/lists.css';
import { formatDuration } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import { levelWords, useCauseHistory } from './health.js';

/** What was wrong in the last week: when it began, how long it lasted. */
export function CauseHistory(): ReactElement {
  const history = useCauseHistory();
  if (history.data === undefined)
    return history.isError ? (
      <ListFailed problem={history.error} onRetry={() => void history.refetch()} />
    ) : (
      <ListLoading what="the history" />
    );
  if (history.data.items.length === 0)
    return (
      <Text size="sm" c="dimmed" px="lg" pb="lg">
        Nothing was wrong in the last 7 days.
      </Text>
    );
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking-late is-dense" aria-label="History of causes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Cause</Table.Th>
            <Table.Th w={110}>Level</Table.Th>
            <Table.Th w={130}>Began</Table.Th>
            <Table.Th w={130}>Ended</Table.Th>
            <Table.Th w={90} ta="right">
              Lasted
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {history.data.items.map((one) => (
            <Table.Tr key={`${one.id} ${one.beganAt}`}>
              <Table.Td data-label="Cause" className="col-name">
                <div className="cell-text" title={one.title}>
                  {one.title}
                </div>
              </Table.Td>
              <Table.Td data-label="Level">
                <Badge color={levelWords[one.level].color}>{levelWords[one.level].name}</Badge>
              </Table.Td>
              <Table.Td data-label="Began">
                <Clock at={one.beganAt} />
              </Table.Td>
              <Table.Td data-label="Ended">
                {one.endedAt === null ? 'Not yet' : <Clock at={one.endedAt} />}
              </Table.Td>
              <Table.Td data-label="Lasted" ta="right" className="moment">
                {formatDuration(one.durationSeconds * 1000)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
