import { Checkbox, NativeSelect, NumberInput, Text } from '@mantine/core';
import type { CauseLevel } from '@sluice/console-api';
import type { OperationMatch } from '@sluice/notifications';
import type { ReactElement } from 'react';
import type { FieldProblems } from '../../forms/field-problems.js';
import type { RuleForm } from './rule-form.js';

interface Props {
  readonly form: RuleForm;
  readonly problems: FieldProblems;
}
type Keys<Kind> = {
  [Key in keyof OperationMatch]: OperationMatch[Key] extends Kind ? Key : never;
}[keyof OperationMatch];

const switches: readonly { key: Keys<boolean>; label: string; note: string }[] = [
  { key: 'engineDown', label: 'An engine is down', note: 'or no scanner reports any more' },
  { key: 'failedJobs', label: 'A job failed', note: 'given up after its last attempt' },
  { key: 'integrationRequests', label: 'A new system asks to be accepted', note: '' },
];
const bounds: readonly {
  key: Keys<number | null>;
  label: string;
  unit: string;
  usual: number;
  most: number;
}[] = [
  { key: 'signaturesOlderThanDays', label: 'Signatures are older than', unit: 'day', usual: 3, most: 3650 },
  { key: 'queueOlderThanSeconds', label: 'A job has waited for', unit: 'second', usual: 60, most: 604_800 },
  {
    key: 'certificateExpiresWithinDays',
    label: 'A certificate ends within',
    unit: 'day',
    usual: 30,
    most: 3650,
  },
];

const healthChoices: readonly { value: CauseLevel | ''; label: string }[] = [
  { value: 'degraded', label: 'Degraded or down' },
  { value: 'down', label: 'Down only' },
  { value: 'advisory', label: 'Everything, advisories too' },
  { value: '', label: 'Nothing' },
];

/** Each trouble is reported once, when it begins, and again only after it was over. */
export function OperationFields({ form, problems }: Props): ReactElement {
  const { operation } = form.values;
  const whole = problems('match.operation');
  return (
    <div role="group" aria-label="Troubles">
      <Text size="sm" c="dimmed" mb="xs">
        Each problem is reported once, when it begins. A rule sends at most one message in 10 minutes; what
        begins meanwhile is in the next.
      </Text>
      <NativeSelect
        label="What the health page shows"
        description="in its words; also that no console looks any more"
        mb="sm"
        data={[...healthChoices]}
        value={operation.healthFrom ?? ''}
        error={problems('match.operation.healthFrom')}
        onChange={(event) =>
          form.setFieldValue(
            'operation.healthFrom',
            healthChoices.find(({ value }) => value === event.currentTarget.value)?.value || null,
          )
        }
      />
      <Text size="sm" mb="xs">
        And with bounds of this rule’s own:
      </Text>
      {switches.map(({ key, label, note }) => (
        <div className="trouble" key={key}>
          <Checkbox
            label={label}
            {...(note === '' ? {} : { description: note })}
            {...form.getInputProps(`operation.${key}`, { type: 'checkbox' })}
          />
        </div>
      ))}
      {bounds.map(({ key, label, unit, usual, most }) => (
        <div className="trouble" key={key}>
          <Checkbox
            label={label}
            checked={operation[key] !== null}
            onChange={(event) =>
              form.setFieldValue(`operation.${key}`, event.currentTarget.checked ? usual : null)
            }
          />
          {operation[key] !== null && (
            <NumberInput
              size="xs"
              aria-label={`${label}, in ${unit}s`}
              suffix={operation[key] === 1 ? ` ${unit}` : ` ${unit}s`}
              min={1}
              max={most}
              allowDecimal={false}
              error={problems(`match.operation.${key}`)}
              value={operation[key]}
              onChange={(value) =>
                form.setFieldValue(`operation.${key}`, typeof value === 'number' ? value : 1)
              }
            />
          )}
        </div>
      ))}
      {whole !== undefined && (
        <Text size="sm" c="red" role="alert">
          {whole}
        </Text>
      )}
    </div>
  );
}
