import { Anchor, Button, Select, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { FirstScan } from '../external-systems/first-request.js';
import { queryKeys } from '../api/query-keys.js';
import { ExportButton } from '../lists/export-button.js';
import { LiveSwitch } from '../lists/live-switch.js';
import { PagedList } from '../lists/paged-list.js';
import { SearchField } from '../lists/search-field.js';
import { TimeFields } from '../lists/time-fields.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { ScanIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { scanStateWords } from '../texts/words.js';
import { scanFilterKeys, scansPath, type Scan } from './scan.js';
import { ScanTable } from './scan-table.js';

/** Often enough to watch scans arrive. */
const tailMs = 2000;

export function ScansPage(): ReactElement {
  const { filter, change, clear, isFiltered } = useAddressFilter(scanFilterKeys);
  const [isPaused, setIsPaused] = useState(false);
  const [isMore, setIsMore] = useState(moreKeys.some((key) => filter[key] !== null));
  const pages = useCursorPages<Scan>({
    key: queryKeys.scans,
    path: scansPath,
    filter,
    refreshMs: isPaused ? false : tailMs,
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
      <PageHead title="Scans" actions={<ExportButton path="/api/scan-export" filter={filter} />}>
        Every object that was sent, what became of it and how long it took.
      </PageHead>
      <Card isFlush>
        <div className="filter-bar" role="search" aria-label="Find scans">
          <SearchField
            label="Find scans"
            placeholder="scanId, hash, object, system, or subject and sender of kept mail"
            value={filter.q}
            onChange={(q) => change({ q })}
          />
          <Select
            size="sm"
            className="filter-choice"
            aria-label="State"
            placeholder="Any state"
            clearable
            value={filter.state}
            data={stateChoices}
            onChange={(state) => change({ state })}
          />
          <Select
            size="sm"
            className="filter-choice"
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
          <Button variant="subtle" size="sm" aria-expanded={isMore} onClick={() => setIsMore(!isMore)}>
            {isMore ? 'Fewer filters' : 'More filters'}
          </Button>
          {isFiltered && (
            <Button variant="subtle" size="sm" color="gray" onClick={clear}>
              Clear
            </Button>
          )}
          <div className="live-note">
            <LiveSwitch isPaused={isPaused} onToggle={() => setIsPaused(!isPaused)} />
          </div>
        </div>
        {isMore && (
          <div className="filter-bar filter-more">
            <TimeFields what="Received" from={filter.from} until={filter.until} change={change} />
            <TimeFields
              what="Finished"
              from={filter.finishedFrom}
              until={filter.finishedUntil}
              change={({ from, until }) =>
                change({
                  ...(from !== undefined && { finishedFrom: from }),
                  ...(until !== undefined && { finishedUntil: until }),
                })
              }
            />
            <TextInput
              size="sm"
              label="System ID"
              value={filter.sensorId ?? ''}
              onChange={(event) => change({ sensorId: event.currentTarget.value })}
            />
          </div>
        )}
        <PagedList pages={pages} what="the scans" empty={empty}>
          {(scans) => <ScanTable scans={scans} sort={filter.sort} onSort={(sort) => change({ sort })} />}
        </PagedList>
      </Card>
    </>
  );
}

/** Those of the second line; it is open when one of them is set. */
const moreKeys = ['from', 'until', 'finishedFrom', 'finishedUntil', 'sensorId'] as const;

/** An error is an object that was not examined; so is what timed out. */
const stateChoices = [
  ...Object.entries(scanStateWords).map(([value, { name }]) => ({
    value,
    label:
      value === 'error' ? 'Not examined (error)' : value === 'processing' ? 'Processing (unfinished)' : name,
  })),
  { value: 'not examined', label: 'Not examined or timed out' },
];

const SearchEmptyIcon = (): ReactElement => <ScanIcon size={28} />;
