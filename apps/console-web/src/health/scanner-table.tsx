import { Badge, Table, Text } from '@mantine/core';
import type { ServiceInstance } from '@sluice/console-api';
import type { ReactElement } from 'react';
import '../lists/lists.css';
import { TimeAgo } from '../texts/moment.js';
import { instanceStateWords } from './health.js';

export function ScannerTable({
  instances,
}: {
  readonly instances: readonly ServiceInstance[];
}): ReactElement {
  const scanners = instances.filter((one) => one.service === 'scanner');
  if (scanners.length === 0)
    return (
      <Text size="sm" c="dimmed" px="lg" pb="lg">
        No scanner has reported. Objects are accepted and wait until one does.
      </Text>
    );
  return (
    <div className="list-scroll">
      <Table className="list-table is-stacking-late is-dense" aria-label="Scanners">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Scanner</Table.Th>
            <Table.Th w={132}>State</Table.Th>
            <Table.Th w={76} className="col-wide">
              Version
            </Table.Th>
            <Table.Th w={118}>Running since</Table.Th>
            <Table.Th w={76} ta="right">
              Busy
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scanners.map((one) => (
            <Table.Tr key={one.instance}>
              <Table.Td data-label="Scanner" className="col-name">
                {one.instance}
              </Table.Td>
              <Table.Td data-label="State">
                <Badge color={instanceStateWords[one.state].color}>
                  {instanceStateWords[one.state].name}
                </Badge>
              </Table.Td>
              <Table.Td data-label="Version" className="col-wide">
                {one.version}
              </Table.Td>
              <Table.Td data-label="Running since">
                <TimeAgo at={one.startedAt} />
              </Table.Td>
              <Table.Td data-label="Busy" ta="right" className="numbers">
                {one.busySlots} of {one.slots}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
