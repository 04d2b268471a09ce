import { Table, Text } from '@mantine/core';
import type { QueueDepth } from '@sluice/console-api';
import type { ReactElement } from 'react';
import '../lists/lists.css';
import { formatDuration, formatNumber } from '../texts/formats.js';
import { queueNames } from '../texts/words.js';

/** Kept objects that are scanned again, behind all others. */
const rescanPriority = 0;
/** Mail sensors' objects while Maximum scan priority is on; everything else is priority 1. */
const mailPriority = 5;

export function QueueTable({ queues }: { readonly queues: readonly QueueDepth[] }): ReactElement {
  if (queues.length === 0)
    return (
      <Text size="sm" c="dimmed" px="lg" pb="lg">
        No scan has waited yet.
      </Text>
    );
  return (
    <div className="list-scroll">
      <Table
        className="list-table is-stacking-late is-dense"
        aria-label="Unfinished scans by queue and priority"
        horizontalSpacing={10}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Queue</Table.Th>
            <Table.Th w="20%">Priority</Table.Th>
            <Table.Th w="18%" ta="right">
              Unfinished
            </Table.Th>
            <Table.Th w="20%" ta="right" className="col-roomy">
              To be retried
            </Table.Th>
            <Table.Th w="18%" ta="right">
              Oldest
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queues.map((one) => (
            <Table.Tr key={`${one.queue} ${one.priority}`}>
              <Table.Td data-label="Queue" className="col-name">
                {queueNames[one.queue] ?? one.queue}
              </Table.Td>
              <Table.Td data-label="Priority">{priorityName(one.priority)}</Table.Td>
              <Table.Td data-label="Unfinished" ta="right" className="numbers">
                {formatNumber(one.unfinished)}
              </Table.Td>
              <Table.Td data-label="To be retried" ta="right" className="numbers col-roomy">
                {formatNumber(one.delayed)}
              </Table.Td>
              <Table.Td data-label="Oldest" ta="right" className="numbers">
                {one.oldestAgeSeconds === null ? '–' : formatDuration(one.oldestAgeSeconds * 1000)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const priorityName = (priority: number): string => {
  if (priority >= mailPriority) return 'Mail';
  return priority === rescanPriority ? 'Scanned again' : 'Other';
};
