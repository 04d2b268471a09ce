import { Button, Select } from '@mantine/core';
import type { ReactElement } from 'react';
import { SearchField } from '../lists/search-field.js';
import { describeReason } from '../texts/words.js';
import type { failedJobFilterKeys } from './failed-job.js';

type Key = (typeof failedJobFilterKeys)[number];

interface Props {
  readonly filter: Readonly<Record<Key, string | null>>;
  readonly isFiltered: boolean;
  readonly change: (part: Partial<Record<Key, string | null>>) => void;
  readonly clear: () => void;
}

/** Why the ledger gives work up. */
const reasons = ['too-many-attempts', 'too-many-begins', 'bad-message', 'object-unreadable'] as const;

export const JobFilters = ({ filter, isFiltered, change, clear }: Props): ReactElement => (
  <div className="filter-bar" role="search" aria-label="Filter the failed jobs">
    <SearchField
      label="System ID"
      placeholder="System ID, in full"
      value={filter.sensorId}
      onChange={(sensorId) => change({ sensorId })}
    />
    <Select
      size="sm"
      className="filter-choice"
      aria-label="Kind"
      placeholder="Any kind"
      clearable
      value={filter.kind}
      data={[
        { value: 'scan', label: 'Scans' },
        { value: 'message', label: 'Messages' },
      ]}
      onChange={(kind) => change({ kind })}
    />
    <Select
      size="sm"
      className="filter-choice"
      aria-label="Reason"
      placeholder="Any reason"
      clearable
      comboboxProps={{ width: 320, position: 'bottom-start' }}
      value={filter.reason}
      data={reasons.map((value) => ({ value, label: describeReason(value) }))}
      onChange={(reason) => change({ reason })}
    />
    {isFiltered && (
      <Button variant="subtle" size="sm" color="gray" onClick={clear}>
        Clear
      </Button>
    )}
  </div>
);
