import { Radio, Stack } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { SystemType } from '@sluice/contracts';

interface Props {
  readonly value?: SystemType | null;
  readonly onChange: (type: SystemType) => void;
  readonly error?: ReactNode;
  readonly description?: string;
}

export function TypeChoice({ value = null, onChange, error, description }: Props): ReactElement {
  return (
    <Radio.Group
      label="Type"
      withAsterisk
      description={description}
      error={error}
      value={value}
      onChange={(chosen) => onChange(chosen === 'mail' ? 'mail' : 'other')}
    >
      <Stack gap="xs" mt="xs">
        <Radio
          value="mail"
          label="Mail sensor"
          description="Its objects are scanned first while Maximum scan priority is on"
        />
        <Radio
          value="other"
          label="External system"
          description="A file server, messenger, web gateway or DLP system"
        />
      </Stack>
    </Radio.Group>
  );
}
