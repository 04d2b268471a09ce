import { Button, Pill, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { SearchField } from '../lists/search-field.js';
import { TimeFields } from '../lists/time-fields.js';
import { revealText } from '../texts/claimed-text.js';
import { alertStateWords, dispositionNames, importanceWords, technologyNames } from '../texts/words.js';
import type { AlertFilter } from './alert.js';
import { groupingNames } from './alert-groups.js';

interface Props {
  readonly filter: AlertFilter;
  readonly change: (part: Partial<AlertFilter>) => void;
  readonly clear: () => void;
  readonly isFiltered: boolean;
  readonly group: string | null;
  readonly onGroup: (group: string | null) => void;
  /** Stands at the end of the line. */
  readonly children: ReactNode;
}

const entries = (words: Readonly<Record<string, { name: string }>>) =>
  Object.entries(words).map(([value, { name }]) => ({ value, label: name }));

/** Those of the second line; it is open when one of them is set. */
const moreKeys = ['from', 'until', 'technology', 'source', 'disposition', 'rescanned'] as const;

/** Filters that came with a link and have no field of their own. */
const pillLabels = {
  assignee: 'Assignee',
  sensorId: 'System',
  registrationId: 'Registration',
  detection: 'Detection',
  scan: 'Scan',
  sender: 'Sender',
  sha256: 'SHA-256',
  part: 'Detected part',
} as const;

export function AlertFilters({
  filter,
  change,
  clear,
  isFiltered,
  group,
  onGroup,
  children,
}: Props): ReactElement {
  const [isMore, setIsMore] = useState(moreKeys.some((key) => filter[key] !== null));
  const pills = (Object.keys(pillLabels) as (keyof typeof pillLabels)[]).filter(
    (key) => filter[key] !== null,
  );
  return (
    <div role="search" aria-label="Filter the alerts">
      <div className="filter-bar">
        <SegmentedControl
          size="sm"
          aria-label="State"
          value={filter.state ?? ''}
          data={[{ value: '', label: 'All' }, ...entries(alertStateWords)]}
          onChange={(state) => change({ state })}
        />
        <SearchField
          label="Find in the alerts"
          placeholder="Subject, sender, name, system, hash …"
          fewest={3}
          value={filter.q}
          onChange={(q) => change({ q })}
        />
        <Choice
          label="Importance"
          value={filter.importance}
          data={entries(importanceWords)}
          onChange={(importance) => change({ importance })}
        />
        <Choice
          label="Group by"
          value={group}
          data={Object.entries(groupingNames).map(([value, label]) => ({ value, label }))}
          onChange={onGroup}
        />
        <Button variant="subtle" size="sm" aria-expanded={isMore} onClick={() => setIsMore(!isMore)}>
          {isMore ? 'Fewer filters' : 'More filters'}
        </Button>
        {isFiltered && (
          <Button variant="subtle" color="gray" size="sm" onClick={clear}>
            Clear
          </Button>
        )}
        {children}
      </div>
      {isMore && <More filter={filter} change={change} />}
      {pills.length > 0 && (
        <div className="filter-pills">
          {pills.map((key) => (
            <Pill
              key={key}
              withRemoveButton
              onRemove={() => change({ [key]: null })}
              removeButtonProps={{
                'aria-label': `Remove the filter ${pillLabels[key]}`,
                'aria-hidden': false,
              }}
            >
              {pillLabels[key]}: {revealText(filter[key] ?? '')}
            </Pill>
          ))}
        </div>
      )}
    </div>
  );
}

function More({ filter, change }: Pick<Props, 'filter' | 'change'>): ReactElement {
  return (
    <div className="filter-bar filter-more">
      <Choice
        label="Technology"
        value={filter.technology}
        data={Object.entries(technologyNames).map(([value, label]) => ({ value, label }))}
        onChange={(technology) => change({ technology })}
      />
      <Choice
        label="Source"
        value={filter.source}
        data={[
          { value: 'mail', label: 'Mail sensors' },
          { value: 'other', label: 'External systems' },
        ]}
        onChange={(source) => change({ source })}
      />
      <Choice
        label="Closed as"
        value={filter.disposition}
        data={Object.entries(dispositionNames).map(([value, label]) => ({ value, label }))}
        onChange={(disposition) => change({ disposition })}
      />
      <Choice
        label="Scanned again"
        value={filter.rescanned}
        data={[
          { value: 'detect', label: 'Detected since' },
          { value: 'not detected', label: 'Clean since' },
        ]}
        onChange={(rescanned) => change({ rescanned })}
      />
      <TimeFields from={filter.from} until={filter.until} change={change} />
      <TextInput
        size="sm"
        label="Assignee"
        placeholder="Username"
        value={filter.assignee ?? ''}
        onChange={(event) => change({ assignee: event.currentTarget.value })}
      />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | null;
  readonly data: { value: string; label: string }[];
  readonly onChange: (value: string | null) => void;
}

const Choice = ({ label, value, data, onChange }: ChoiceProps): ReactElement => (
  <Select
    size="sm"
    className="filter-choice"
    aria-label={label}
    placeholder={label}
    clearable
    clearButtonProps={{ 'aria-label': `Clear ${label}` }}
    value={value}
    data={data}
    onChange={onChange}
  />
);
