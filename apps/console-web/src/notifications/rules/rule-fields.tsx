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
import type { FieldProblems } from '../field-problems.js';
import { DetectionFields } from './detection-fields.js';
import { OperationFields } from './operation-fields.js';
import type { RuleDraft } from './rule-draft.js';
import { SubjectField } from './subject-field.js';

interface Props {
  readonly draft: RuleDraft;
  readonly channels: readonly Channel[];
  readonly kind: Channel['kind'] | null;
  readonly problems: FieldProblems;
  readonly recipientProblem: string | undefined;
  readonly onChange: (part: Partial<RuleDraft>) => void;
}

export function RuleFields(props: Props): ReactElement {
  const { draft, problems, onChange } = props;
  return (
    <>
      <Card title="The rule">
        <Stack gap="md">
          <TextInput
            label="Name"
            withAsterisk
            autoComplete="off"
            maxLength={100}
            error={problems('name')}
            value={draft.name}
            onChange={(event) => onChange({ name: event.currentTarget.value })}
          />
          <Switch
            label="On"
            checked={draft.enabled}
            onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
          />
        </Stack>
      </Card>
      <Card title="What it tells">
        <Stack gap="md">
          <SegmentedControl
            aria-label="What it tells"
            fullWidth
            value={draft.tells}
            data={[
              { value: 'detections', label: 'Detections' },
              { value: 'operation', label: 'Operation' },
            ]}
            onChange={(value) => onChange({ tells: value === 'operation' ? 'operation' : 'detections' })}
          />
          {draft.tells === 'detections' ? (
            <>
              <Text size="sm" c="dimmed">
                All conditions that are set have to fit. Without any, every detection is told.
              </Text>
              <DetectionFields
                match={draft.match}
                problems={problems}
                onChange={(part) => onChange({ match: { ...draft.match, ...part } })}
              />
            </>
          ) : (
            <OperationFields
              operation={draft.operation}
              problems={problems}
              onChange={(part) => onChange({ operation: { ...draft.operation, ...part } })}
            />
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

function Receivers({ draft, channels, kind, problems, recipientProblem, onChange }: Props): ReactElement {
  return (
    <>
      <Select
        label="Channel"
        withAsterisk
        placeholder="Choose one"
        allowDeselect={false}
        error={problems('channelId')}
        value={draft.channelId}
        data={channels.map(({ id, name, kind: one }) => ({
          value: id,
          label: `${name} (${kindWords[one].name})`,
        }))}
        onChange={(channelId) => onChange({ channelId })}
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
          error={recipientProblem}
          value={[...draft.to]}
          onChange={(to) => onChange({ to })}
        />
      )}
      {kind === 'smtp' && draft.tells === 'detections' && (
        <SubjectField
          value={draft.subject}
          error={problems('subject')}
          onChange={(subject) => onChange({ subject })}
        />
      )}
    </>
  );
}

const usualDigestMinutes = 15;

function Pace({ draft, problems, onChange }: Props): ReactElement {
  const isGathered = draft.digestMinutes > 0;
  return (
    <>
      <SegmentedControl
        aria-label="How often"
        value={isGathered ? 'gathered' : 'at-once'}
        data={[
          { value: 'at-once', label: 'Each alert at once' },
          { value: 'gathered', label: 'Gathered' },
        ]}
        onChange={(value) => onChange({ digestMinutes: value === 'gathered' ? usualDigestMinutes : 0 })}
      />
      {isGathered && (
        <NumberInput
          label="Gathered over"
          description="One message with all alerts of that time, counted from the first"
          suffix={draft.digestMinutes === 1 ? ' minute' : ' minutes'}
          min={1}
          max={1440}
          allowDecimal={false}
          maw={260}
          error={problems('digestMinutes')}
          value={draft.digestMinutes}
          onChange={(value) =>
            onChange({ digestMinutes: typeof value === 'number' && value > 0 ? value : 1 })
          }
        />
      )}
      <NumberInput
        label="Messages an hour at most"
        description="What comes on top is held back and told as one summary when the hour is over. Empty: no limit"
        min={1}
        max={10_000}
        allowDecimal={false}
        maw={420}
        error={problems('maxPerHour')}
        value={draft.maxPerHour ?? ''}
        onChange={(value) => onChange({ maxPerHour: typeof value === 'number' ? value : null })}
      />
    </>
  );
}
