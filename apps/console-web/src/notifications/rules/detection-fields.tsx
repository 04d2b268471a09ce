import { Checkbox, Group, Input, MultiSelect, SegmentedControl, TextInput } from '@mantine/core';
import type { RuleMatch } from '@sluice/notifications';
import { useMemo, type ReactElement } from 'react';
import { useExternalSystems } from '../../external-systems/systems-query.js';
import type { FieldProblems } from '../../forms/field-problems.js';
import { technologyNames } from '../../texts/words.js';
import { namesOfSystems } from './names-of-systems.js';
import type { RuleForm } from './rule-form.js';

interface Props {
  readonly form: RuleForm;
  readonly problems: FieldProblems;
}

const importanceChoices = [
  { value: '', label: 'Any' },
  { value: 'medium', label: 'Medium or high' },
  { value: 'high', label: 'High' },
];

/** All conditions that are set have to fit; an empty one is "any". */
export function DetectionFields({ form, problems }: Props): ReactElement {
  const { match } = form.values;
  return (
    <>
      <Input.Wrapper label="Importance" labelElement="div" error={problems('match.minimumImportance')}>
        <Group mt={4}>
          <SegmentedControl
            size="sm"
            aria-label="Importance"
            // Low is the lowest: the same as any.
            value={match.minimumImportance === 'low' ? '' : (match.minimumImportance ?? '')}
            data={importanceChoices}
            onChange={(value) =>
              form.setFieldValue(
                'match.minimumImportance',
                value === '' ? null : (value as RuleMatch['minimumImportance']),
              )
            }
          />
        </Group>
      </Input.Wrapper>
      <Checkbox.Group
        label="Found by"
        description="None ticked: anything"
        {...form.getInputProps('match.technologies')}
      >
        <Group mt="xs" gap="md">
          {Object.entries(technologyNames).map(([value, label]) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Group>
      </Checkbox.Group>
      <Checkbox.Group
        label="Type of system"
        description="None ticked: both"
        {...form.getInputProps('match.types')}
      >
        <Group mt="xs" gap="md">
          <Checkbox value="mail" label="Mail sensors" />
          <Checkbox value="other" label="External systems" />
        </Group>
      </Checkbox.Group>
      <SystemChoice form={form} problems={problems} />
      <TextInput
        label="Sender or recipient"
        description="Masks with * and ?, comma between; without an @ a domain. Only mail has these"
        placeholder="*@example.org, partner.example"
        autoComplete="off"
        maxLength={1024}
        error={problems('match.address')}
        value={match.address ?? ''}
        onChange={(event) => form.setFieldValue('match.address', orNull(event.currentTarget.value))}
      />
      <TextInput
        label="Source address"
        description="Addresses or networks the object was sent from, comma between"
        placeholder="10.20.0.0/16, 2001:db8::/32"
        autoComplete="off"
        maxLength={1024}
        error={problems('match.source')}
        value={match.source ?? ''}
        onChange={(event) => form.setFieldValue('match.source', orNull(event.currentTarget.value))}
      />
    </>
  );
}

function SystemChoice({ form, problems }: Props): ReactElement {
  const { match } = form.values;
  const systems = useExternalSystems();
  const data = useMemo(() => {
    const names = namesOfSystems(systems.data ?? []);
    const gone = match.externalSystemIds.filter((id) => !names.has(id));
    const removed = systems.data === undefined ? '…' : 'A system that was removed';
    return [
      ...[...names].map(([value, label]) => ({ value, label })),
      ...gone.map((value) => ({ value, label: `${removed} (${value.slice(0, 8)})` })),
    ];
  }, [systems.data, match.externalSystemIds]);
  return (
    <MultiSelect
      label="Systems"
      placeholder={match.externalSystemIds.length === 0 ? 'Any' : ''}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Clear the systems' }}
      hidePickedOptions
      nothingFoundMessage="No accepted system"
      {...form.getInputProps('match.externalSystemIds')}
      error={problems('match.externalSystemIds')}
      data={data}
    />
  );
}

const orNull = (text: string): string | null => (text === '' ? null : text);
