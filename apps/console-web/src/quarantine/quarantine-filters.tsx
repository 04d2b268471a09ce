import { Button, Select, TextInput } from '@mantine/core';
import { holdStates } from '@sluice/contracts';
import { useState, type ReactElement } from 'react';
import { SearchField } from '../lists/search-field.js';
import { TimeFields } from '../lists/time-fields.js';
import { scanStateWords } from '../texts/words.js';
import { holdWords } from './hold-words.js';
import { furtherFilterKeys, type QuarantineFilter } from './quarantine-filter.js';

interface Props {
  readonly filter: QuarantineFilter;
  readonly change: (part: Partial<QuarantineFilter>) => void;
  readonly clear: () => void;
  readonly isFiltered: boolean;
}

const texts = [
  ['sender', 'Sender'],
  ['recipient', 'Recipient'],
  ['subject', 'Subject'],
  ['reason', 'Reason'],
  ['sensorId', 'System ID'],
] as const;
const states = ['detect', 'error', 'timeout', 'not detected'] as const;

export function QuarantineFilters({ filter, change, clear, isFiltered }: Props): ReactElement {
  const [isMore, setIsMore] = useState(furtherFilterKeys.some((key) => filter[key] !== null));
  return (
    <>
      <div className="filter-bar" role="search" aria-label="Find in quarantine">
        <SearchField
          label="Find in quarantine"
          placeholder="Subject, sender, recipient, name, detection or hash"
          value={filter.q}
          onChange={(q) => change({ q })}
        />
        <Select
          size="sm"
          className="filter-choice"
          aria-label="Result"
          placeholder="Any result"
          clearable
          value={filter.state}
          data={states.map((value) => ({ value, label: scanStateWords[value].name }))}
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
      </div>
      {isMore && (
        <div className="filter-bar filter-more">
          {texts.map(([key, label]) => (
            <TextInput
              key={key}
              size="sm"
              label={label}
              value={filter[key] ?? ''}
              onChange={(event) => change({ [key]: event.currentTarget.value })}
            />
          ))}
          <Select
            size="sm"
            label="Held mail"
            placeholder="Held or not"
            clearable
            value={filter.hold}
            data={holdStates.map((value) => ({ value, label: holdWords[value].name }))}
            onChange={(hold) => change({ hold })}
          />
          <TimeFields from={filter.from} until={filter.until} change={change} />
        </div>
      )}
    </>
  );
}
