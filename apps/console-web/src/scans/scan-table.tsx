import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { SortableHeader } from '../lists/sortable-header.js';
import { ClaimedText, isolateText, revealText } from '../texts/claimed-text.js';
import { formatBytes, formatDuration } from '../texts/formats.js';
import { MailRoute, mailRouteTitle, shortRoute } from '../texts/mail-route.js';
import { Clock } from '../texts/moment.js';
import { SystemName, systemTitle } from '../texts/system-name.js';
import { WordBadge } from '../texts/word-badge.js';
import { describeReason, scanStateWords } from '../texts/words.js';
import type { Scan } from './scan.js';

interface Props {
  readonly scans: readonly Scan[];
  readonly sort: string | null;
  readonly onSort: (sort: string | null) => void;
}

export function ScanTable({ scans, sort, onSort }: Props): ReactElement {
  return (
    <Table
      className="list-table is-stacking is-tight is-dense"
      aria-label="Scans"
      horizontalSpacing={10}
      highlightOnHover
    >
      <Table.Thead>
        <Table.Tr>
          <SortableHeader
            title="Received"
            order={sort === 'oldest' ? 'ascending' : 'descending'}
            next={sort === 'oldest' ? null : 'oldest'}
            onSort={onSort}
            w={116}
          />
          <Table.Th>Object</Table.Th>
          <Table.Th w="26%">State</Table.Th>
          <Table.Th w={150} className="col-wide">
            System
          </Table.Th>
          <Table.Th w="13%" className="col-widest">
            scanId
          </Table.Th>
          <Table.Th w={84} ta="right">
            Size
          </Table.Th>
          <Table.Th w={84} ta="right">
            Took
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {scans.map((scan) => (
          <ScanRow key={scan.id} scan={scan} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const ScanRow = ({ scan }: { readonly scan: Scan }): ReactElement => (
  <Table.Tr>
    <Table.Td data-label="Received" className="is-end">
      <Clock at={scan.times.accepted} />
    </Table.Td>
    <Table.Td data-label="Object" className="col-name is-first">
      <ObjectOrMail scan={scan} />
    </Table.Td>
    <Table.Td data-label="State" className="is-line">
      <div className="cell-line">
        <WordBadge word={scanStateWords[scan.state]} />
        {scan.reason !== null && (
          <div className="cell-text cell-aside quiet" title={describeReason(scan.reason)}>
            {describeReason(scan.reason)}
          </div>
        )}
        {scan.reused !== null && (
          <div
            className="cell-text cell-aside quiet"
            title="The verdict of an earlier scan of the same bytes"
          >
            known before
          </div>
        )}
      </div>
    </Table.Td>
    <Table.Td data-label="System" className="col-wide is-rest">
      <div className="cell-text" title={revealText(`${systemTitle(scan)} (${scan.sensorId})`)}>
        <SystemName system={scan} />
      </div>
    </Table.Td>
    <Table.Td data-label="scanId" className="col-widest is-left-out">
      {scan.scanId === null ? (
        <span className="quiet">None</span>
      ) : (
        <div className="cell-text" title={revealText(scan.scanId)}>
          <ClaimedText text={scan.scanId} />
        </div>
      )}
    </Table.Td>
    <Table.Td data-label="Size" ta="right" className="is-rest">
      {formatBytes(scan.object.size)}
    </Table.Td>
    <Table.Td data-label="Took" ta="right" className="is-rest">
      {scan.times.finished === null ? '–' : formatDuration(tookMs(scan))}
    </Table.Td>
  </Table.Tr>
);

/** Of mail that is kept, who wrote to whom about what. */
function ObjectOrMail({ scan: { id, object, message } }: { readonly scan: Scan }): ReactElement {
  const name = message === null ? (object.name ?? 'No name given') : (message.subject ?? 'No subject');
  const link = (
    <Link href={`/scans/${id}`} className="row-link">
      <ClaimedText text={name} />
    </Link>
  );
  if (message === null)
    return (
      <div className="cell-text" title={revealText(name)}>
        {link}
      </div>
    );
  return (
    <div className="cell-two" title={`${isolateText(name)}\n${mailRouteTitle(shortRoute(message))}`}>
      <div className="cell-text">{link}</div>
      <div className="cell-text cell-second">
        <MailRoute {...shortRoute(message)} />
      </div>
    </div>
  );
}

const tookMs = ({ times }: Scan): number =>
  Math.max(0, Date.parse(times.finished ?? times.accepted) - Date.parse(times.accepted));
