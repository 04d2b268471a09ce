import { Anchor, Button, Select, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { FirstScan } from '../external-systems/first-request.js';
import { queryKeys } from '../api/query-keys.js';
import { PagedList } from '../lists/paged-list.js';
import { SearchField } from '../lists/search-field.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { ScanIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { formatBytes, formatDuration } from '../texts/formats.js';
import { Moment } from '../texts/moment.js';
import { WordBadge } from '../texts/word-badge.js';
import { describeReason, scanStateWords } from '../texts/words.js';
import { scanFilterKeys, scansPath, type Scan } from './scan.js';

export function ScansPage(): ReactElement {
  const { filter, change, clear, isFiltered } = useAddressFilter(scanFilterKeys);
  const pages = useCursorPages<Scan>({
    key: queryKeys.scans,
    path: scansPath,
    filter,
    refreshMs: 10_000,
  });
  const empty = isFiltered
    ? {
        icon: <SearchEmptyIcon />,
        title: 'No scan fits',
        advice: (
          <Button mt="md" variant="light" onClick={clear}>
            Show all scans
          </Button>
        ),
      }
    : {
        icon: <SearchEmptyIcon />,
        title: 'No scans yet',
        advice: (
          <>
            <Text size="sm" ta="center">
              Objects appear here as soon as an accepted system sends one.{' '}
              <Anchor component={Link} href="/external-systems" inherit underline="always">
                External systems
              </Anchor>{' '}
              says how to begin.
            </Text>
            <FirstScan />
          </>
        ),
      };
  return (
    <>
      <PageHead title="Scans">Every object that was sent, what became of it and how long it took.</PageHead>
      <Card isFlush>
        <div className="filter-bar" role="search" aria-label="Find scans">
          <SearchField
            label="Find scans"
            placeholder="scanId, hash, object name or system"
            value={filter.q}
            onChange={(q) => change({ q })}
          />
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            value={filter.state}
            data={Object.entries(scanStateWords).map(([value, { name }]) => ({ value, label: name }))}
            onChange={(state) => change({ state })}
          />
          <Select
            aria-label="Type"
            placeholder="All systems"
            clearable
            value={filter.type}
            data={[
              { value: 'mail', label: 'Mail sensors' },
              { value: 'other', label: 'External systems' },
            ]}
            onChange={(type) => change({ type })}
          />
          {isFiltered && (
            <Button variant="subtle" color="gray" onClick={clear}>
              Clear
            </Button>
          )}
        </div>
        <PagedList pages={pages} what="the scans" empty={empty}>
          {(scans) => <ScanTable scans={scans} />}
        </PagedList>
      </Card>
    </>
  );
}

const SearchEmptyIcon = (): ReactElement => <ScanIcon size={28} />;

function ScanTable({ scans }: { readonly scans: readonly Scan[] }): ReactElement {
  return (
    <Table className="list-table is-stacking" aria-label="Scans" highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Received</Table.Th>
          <Table.Th>Object</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>System</Table.Th>
          <Table.Th>scanId</Table.Th>
          <Table.Th ta="right">Size</Table.Th>
          <Table.Th ta="right">Took</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {scans.map((scan) => (
          <Table.Tr key={scan.id}>
            <Table.Td data-label="Received">
              <Moment at={scan.times.accepted} />
            </Table.Td>
            <Table.Td data-label="Object">
              <div className="cell-text">
                <Link href={`/scans/${scan.id}`} className="row-link">
                  {scan.object.name === null ? 'No name given' : <ClaimedText text={scan.object.name} />}
                </Link>
              </div>
            </Table.Td>
            <Table.Td data-label="State">
              <div>
                <WordBadge word={scanStateWords[scan.state]} />
                {scan.reason !== null && <div className="quiet">{describeReason(scan.reason)}</div>}
              </div>
            </Table.Td>
            <Table.Td data-label="System">
              <div className="cell-text">
                {scan.systemName === null || scan.systemName === '' ? (
                  scan.sensorId
                ) : (
                  <ClaimedText text={scan.systemName} />
                )}
              </div>
            </Table.Td>
            <Table.Td data-label="scanId">
              {scan.scanId === null ? (
                <span className="quiet">None</span>
              ) : (
                <ClaimedText text={scan.scanId} />
              )}
            </Table.Td>
            <Table.Td data-label="Size" ta="right">
              {formatBytes(scan.object.size)}
            </Table.Td>
            <Table.Td data-label="Took" ta="right">
              {scan.times.finished === null ? '–' : formatDuration(tookMs(scan))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const tookMs = ({ times }: Scan): number =>
  Math.max(0, Date.parse(times.finished ?? times.accepted) - Date.parse(times.accepted));
