import { TimeFields } from '../../lists/time-fields.js';
import { Button, Pill, Select, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useAllChannels } from '../channels-query.js';
import { useAllRules } from '../rules-query.js';
import { deliveryKindNames, deliveryStateWords, type DeliveryFilter } from './delivery.js';

interface Props {
  readonly filter: DeliveryFilter;
  readonly change: (part: Partial<DeliveryFilter>) => void;
  readonly clear: () => void;
  readonly isFiltered: boolean;
}

/** Filters that came with a link and have no field of their own. */
const pillLabels = { alertId: 'Alert', partOf: 'Part of a digest' } as const;

export function DeliveryFilters({ filter, change, clear, isFiltered }: Props): ReactElement {
  const [isMore, setIsMore] = useState(filter.from !== null || filter.until !== null);
  const channels = useAllChannels();
  const rules = useAllRules();
  const pills = (Object.keys(pillLabels) as (keyof typeof pillLabels)[]).filter(
    (key) => filter[key] !== null,
  );
  return (
    <div role="search" aria-label="Filter the deliveries">
      <div className="filter-bar">
        <Choice
          label="State"
          value={filter.state}
          data={Object.entries(deliveryStateWords).map(([value, { name }]) => ({ value, label: name }))}
          onChange={(state) => change({ state })}
        />
        <Choice
          label="Channel"
          value={filter.channelId}
          data={named(channels.data, filter.channelId)}
          onChange={(channelId) => change({ channelId })}
        />
        <Choice
          label="Rule"
          value={filter.ruleId}
          data={named(rules.data, filter.ruleId)}
          onChange={(ruleId) => change({ ruleId })}
        />
        <Choice
          label="Kind"
          value={filter.kind}
          data={Object.entries(deliveryKindNames).map(([value, label]) => ({ value, label }))}
          onChange={(kind) => change({ kind })}
        />
        <Button variant="subtle" size="sm" aria-expanded={isMore} onClick={() => setIsMore(!isMore)}>
          {isMore ? 'Fewer filters' : 'More filters'}
        </Button>
        {isFiltered && (
          <Button variant="subtle" color="gray" size="sm" onClick={clear}>
            Clear
          </Button>
        )}
      </div>
      {isMore && <MoreFilters filter={filter} change={change} />}
      {pills.length > 0 && (
        <div className="delivery-pills">
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
              {key === 'alertId' ? `${pillLabels[key]} ${filter[key] ?? ''}` : pillLabels[key]}
            </Pill>
          ))}
        </div>
      )}
    </div>
  );
}

function MoreFilters({ filter, change }: Pick<Props, 'filter' | 'change'>): ReactElement {
  return (
    <div className="filter-bar delivery-more">
      <TimeFields from={filter.from} until={filter.until} change={change} />
      <TextInput
        size="sm"
        label="Alert"
        placeholder="Number"
        inputMode="numeric"
        value={filter.alertId ?? ''}
        onChange={(event) =>
          change({ alertId: event.currentTarget.value.replace(/\D/g, '').replace(/^0+/, '') })
        }
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
    className="delivery-choice"
    aria-label={label}
    placeholder={label}
    clearable
    clearButtonProps={{ 'aria-label': `Clear ${label}` }}
    value={value}
    data={data}
    onChange={onChange}
  />
);

/** One that was deleted can still be filtered by: its deliveries are kept. */
function named(
  list: readonly { readonly id: string; readonly name: string }[] | undefined,
  chosen: string | null,
): { value: string; label: string }[] {
  const known = (list ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isMissing = chosen !== null && known.every(({ value }) => value !== chosen);
  return isMissing ? [...known, { value: chosen, label: list === undefined ? '…' : 'A deleted one' }] : known;
}
