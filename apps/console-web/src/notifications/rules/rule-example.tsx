import { Group, Stack, Text } from '@mantine/core';
import { useMemo, type ReactElement } from 'react';
import { Card } from '../../design/card.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { CopyAction } from '../../texts/copy-action.js';
import type { RuleExample } from '../rule.js';
import type { RuleDraft } from './rule-draft.js';

interface Props {
  readonly example: RuleExample | null;
  readonly draft: RuleDraft;
}

const forms = {
  mail: 'The text of the e-mail; it holds the same as HTML, too.',
  cef: 'The line of CEF.',
  json: 'The JSON, here with line breaks; it is sent without.',
} as const;

/** Exactly what the API says would be sent; where there is no such alert nothing is made up. */
export function RuleExampleCard({ example, draft }: Props): ReactElement {
  return (
    <Card
      title={draft.tells === 'operation' ? 'Preview' : 'Preview of the newest'}
      aside={example !== null && <CopyAction value={example.text} what="the message" />}
    >
      {example === null ? (
        <Text size="sm" c="dimmed">
          None of the last alerts matches, so there is nothing to show.
        </Text>
      ) : (
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {forms[example.form]}
            {draft.tells === 'operation' && ' Its problems are made up.'}
            {draft.tells === 'detections' && draft.digestMinutes > 0 && ' Gathered ones come as one message.'}
          </Text>
          {example.form === 'mail' && (
            <Group gap={8} align="baseline" wrap="nowrap">
              <Text size="sm" c="dimmed">
                Subject
              </Text>
              <Text size="sm" fw={640} className="preview-subject">
                <ClaimedText text={example.subject} />
              </Text>
            </Group>
          )}
          <Message example={example} />
        </Stack>
      )}
    </Card>
  );
}

function Message({ example }: { readonly example: RuleExample }): ReactElement {
  const text = useMemo(() => (example.form === 'json' ? indented(example.text) : example.text), [example]);
  return (
    <div className="preview-message" tabIndex={0} role="group" aria-label="The message">
      <ClaimedText text={text} />
    </div>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
