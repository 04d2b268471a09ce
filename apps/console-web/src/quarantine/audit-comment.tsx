import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';

interface Props {
  readonly description: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Why an operator did it, for the audit log; bounded as the API bounds it. */
export const AuditComment = ({ description, value, onChange }: Props): ReactElement => (
  <Textarea
    label="Comment"
    description={description}
    autosize
    minRows={2}
    maxRows={6}
    maxLength={4096}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
);
