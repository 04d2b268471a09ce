import {
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import type { ReactElement } from 'react';
import { kindWords, type Channel } from '../channel.js';
import { Card } from '../../design/card.js';
import type { FieldProblems } from '../../forms/field-problems.js';
import { DetectionFields } from './detection-fields.js';
import { OperationFields } from './operation-fields.js';
import type { RuleForm } from './rule-form.js';
import { SubjectField } from './subject-field.js';

interface Props {
  readonly form: RuleForm;
  readonly channels: readonly Channel[];
  readonly kind: Channel['kind'] | null;
  readonly problems: FieldProblems;
}

export function RuleFields(props: Props): ReactElement {
  const { form, problems } = props;
  const draft = form.values;
  return (
    <>
      <Card title="The rule">
        <Stack gap="md">
          <TextInput
            label="Name"
            withAsterisk
            autoComplete="off"
            maxLength={100}
            {...form.getInputProps('name')}
            error={problems('name')}
          />
          <Switch label="On" {...form.getInputProps('enabled', { type: 'checkbox' })} />
        </Stack>
      </Card>
      <Card title="What it matches">
        <Stack gap="md">
          <SegmentedControl
            aria-label="What it matches"
            fullWidth
            {...form.getInputProps('tells')}
            data={[
              { value: 'detections', label: 'Detections' },
              { value: 'operation', label: 'Operation' },
            ]}
          />
          {draft.tells === 'detections' ? (
            <>
              <Text size="sm" c="dimmed">
                All conditions that are set must match. Without any, every detection does.
              </Text>
              <DetectionFields form={form} problems={problems} />
            </>
          ) : (
            <OperationFields form={form} problems={problems} />
          )}
        </Stack>
      </Card>
      <Card title="To whom">
        <Stack gap="md">
          <Receivers {...props} />
        </Stack>
      </Card>
      {draft.tells === 'detections' && (
        <Card title="How often">
          <Stack gap="md">
            <Pace {...props} />
          </Stack>
        </Card>
      )}
    </>
  );
}

function Receivers({ form, channels, kind, problems }: Props): ReactElement {
  const draft = form.values;
  return (
    <>
      <Select
        label="Channel"
        withAsterisk
        placeholder="Choose one"
        allowDeselect={false}
        {...form.getInputProps('channelId')}
        error={problems('channelId')}
        data={channels.map(({ id, name, kind: one }) => ({
          value: id,
          label: `${name} (${kindWords[one].name})`,
        }))}
      />
      {kind === 'smtp' && (
        <TagsInput
          label="Recipients"
          description="Press Enter after each address"
          withAsterisk
          maxTags={50}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove all recipients' }}
          splitChars={[',', ' ', ';']}
          {...form.getInputProps('to')}
          error={problems('to')}
        />
      )}
      {kind === 'smtp' && draft.tells === 'detections' && (
        <SubjectField
          value={draft.subject}
          error={problems('subject')}
          onChange={(subject) => form.setFieldValue('subject', subject)}
        />
      )}
    </>
  );
}

const usualDigestMinutes = 15;

function Pace({ form, problems }: Props): ReactElement {
  const { digestMinutes, maxPerHour } = form.values;
  const isGathered = digestMinutes > 0;
  return (
    <>
      <SegmentedControl
        aria-label="How often"
        value={isGathered ? 'gathered' : 'at-once'}
        data={[
          { value: 'at-once', label: 'Each alert at once' },
          { value: 'gathered', label: 'Gathered' },
        ]}
        onChange={(value) =>
          form.setFieldValue('digestMinutes', value === 'gathered' ? usualDigestMinutes : 0)
        }
      />
      {isGathered && (
        <NumberInput
          label="Gathered over"
          description="One message with all alerts of that time, counted from the first"
          suffix={digestMinutes === 1 ? ' minute' : ' minutes'}
          min={1}
          max={1440}
          allowDecimal={false}
          maw={260}
          error={problems('digestMinutes')}
          value={digestMinutes}
          onChange={(value) =>
            form.setFieldValue('digestMinutes', typeof value === 'number' && value > 0 ? value : 1)
          }
        />
      )}
      <NumberInput
        label="Messages an hour at most"
        description="Further messages are held back and sent as one summary at the end of the hour. Empty: no limit"
        min={1}
        max={10_000}
        allowDecimal={false}
        maw={420}
        error={problems('maxPerHour')}
        value={maxPerHour ?? ''}
        onChange={(value) => form.setFieldValue('maxPerHour', typeof value === 'number' ? value : null)}
      />
    </>
  );
}
