import { NumberInput, Select, Switch, TagsInput, Text, Textarea } from '@mantine/core';
import type { SettingKey } from '@sluice/contracts';
import type { ReactElement, ReactNode } from 'react';
import type { SettingDescription } from './settings-query.js';
import { settingOptionNames } from './setting-texts.js';
import { fromShown, isInBytes, toShown, unitOf } from './setting-values.js';

interface Props {
  readonly settingKey: SettingKey;
  readonly setting: SettingDescription;
  readonly value: unknown;
  readonly isReadOnly: boolean;
  readonly problem: ReactNode;
  readonly onChange: (value: unknown) => void;
}

export function SettingField({
  settingKey,
  setting,
  value,
  isReadOnly,
  problem,
  onChange,
}: Props): ReactElement {
  const named = { 'aria-labelledby': `name-${settingKey}`, 'aria-describedby': `effect-${settingKey}` };
  if (typeof value === 'boolean')
    return (
      <Switch
        {...named}
        size="md"
        onLabel="ON"
        offLabel="OFF"
        checked={value}
        disabled={isReadOnly}
        error={problem}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (setting.options !== null)
    return (
      <Select
        {...named}
        allowDeselect={false}
        disabled={isReadOnly}
        value={String(value)}
        error={problem}
        data={setting.options.map((option) => ({
          value: String(option),
          label: settingOptionNames[settingKey]?.[String(option)] ?? String(option),
        }))}
        onChange={onChange}
      />
    );
  if (typeof value === 'string')
    return (
      <Textarea
        {...named}
        autosize
        minRows={2}
        maxRows={12}
        disabled={isReadOnly}
        value={value}
        error={problem}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  if (Array.isArray(value))
    return (
      <TagsInput
        {...named}
        disabled={isReadOnly}
        value={value.map(String)}
        error={problem}
        splitChars={[]}
        onChange={onChange}
      />
    );
  return (
    <NumberInput
      {...named}
      disabled={isReadOnly}
      thousandSeparator=","
      allowDecimal={isInBytes(setting)}
      decimalScale={3}
      error={problem}
      rightSectionWidth={76}
      rightSection={
        <Text size="xs" c="dimmed">
          {unitOf(setting)}
        </Text>
      }
      value={typeof value === 'number' ? toShown(setting, value) : ''}
      onChange={(shown) => {
        if (typeof shown === 'number') onChange(fromShown(setting, shown));
      }}
    />
  );
}
