import { Badge, Table } from '@mantine/core';
import type { ServiceInstance } from '@sluice/console-api';
import { Fragment, type ReactElement } from 'react';
import '../lists/lists.css';
import { RemarkRow } from '../lists/remark-row.js';
import { formatDate } from '../texts/formats.js';
import { TimeAgo } from '../texts/moment.js';
import { instanceStateWords } from './health.js';

const serviceWords: Readonly<Record<string, string>> = {
  gateway: 'Takes objects from external systems',
  scanner: 'Runs the engines',
  results: 'Keeps scans, verdicts and alerts',
  console: 'Serves these pages',
  notifier: 'Sends notifications',
};
const columns = 7;

export const ServiceTable = ({
  instances,
}: {
  readonly instances: readonly ServiceInstance[];
}): ReactElement => (
  <div className="list-scroll">
    <Table className="list-table is-stacking is-dense" aria-label="Services" horizontalSpacing={10}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Service</Table.Th>
          <Table.Th w="14%">Instance</Table.Th>
          <Table.Th w={108}>State</Table.Th>
          <Table.Th w={64}>Version</Table.Th>
          <Table.Th w={108}>Running since</Table.Th>
          <Table.Th w={96}>Last report</Table.Th>
          <Table.Th w="20%" className="col-wide">
            More
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {instances.map((one) => (
          <Fragment key={`${one.service} ${one.instance}`}>
            <ServiceRow one={one} />
            {one.problems.map((problem) => (
              <RemarkRow key={problem} columns={columns}>
                {problem}
              </RemarkRow>
            ))}
          </Fragment>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);

function ServiceRow({ one }: { readonly one: ServiceInstance }): ReactElement {
  const words = serviceWords[one.service];
  const more = describeMore(one);
  return (
    <Table.Tr>
      <Table.Td data-label="Service" className="col-name">
        <div className="cell-text" title={words}>
          <strong>{one.service}</strong> <span className="quiet col-wide">{words}</span>
        </div>
      </Table.Td>
      <Table.Td data-label="Instance">
        <div className="cell-text" title={one.instance}>
          {one.instance}
        </div>
      </Table.Td>
      <Table.Td data-label="State">
        <Badge color={instanceStateWords[one.state].color}>{instanceStateWords[one.state].name}</Badge>
      </Table.Td>
      <Table.Td data-label="Version">{one.version}</Table.Td>
      <Table.Td data-label="Running since">
        <TimeAgo at={one.startedAt} />
      </Table.Td>
      <Table.Td data-label="Last report">
        <TimeAgo at={one.seenAt} />
      </Table.Td>
      <Table.Td data-label="More" className="col-wide">
        <div className="cell-text" title={more}>
          {more}
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

function describeMore(one: ServiceInstance): string {
  if (one.slots > 0) return `${one.busySlots} of ${one.slots} slots busy`;
  if (one.certificateNotAfter !== null) return `Certificate until ${formatDate(one.certificateNotAfter)}`;
  return '–';
}
