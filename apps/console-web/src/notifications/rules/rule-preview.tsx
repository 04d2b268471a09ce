import { Alert, Anchor, Loader, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiProblem, describeProblem } from '../../api/api-problem.js';
import { ask } from '../../api/ask.js';
import { queryKeys } from '../../api/query-keys.js';
import { Card } from '../../design/card.js';
import { formProblem } from '../../forms/field-problems.js';
import { ClaimedText } from '../../texts/claimed-text.js';
import { plural } from '../../texts/formats.js';
import { TimeAgo } from '../../texts/moment.js';
import { WordBadge } from '../../texts/word-badge.js';
import { importanceWords } from '../../texts/words.js';
import type { PreviewedAlert, RulePreview } from '../rule.js';
import { matchOf, type RuleDraft } from './rule-draft.js';
import { RuleExampleCard } from './rule-example.js';
import { rulesPath } from '../rules-query.js';

const typingMs = 400;

/** Asked of the API while the rule is written, so that it is judged by what will judge it. */
export function usePreview(draft: RuleDraft, isMail: boolean) {
  const body = JSON.stringify({
    match: matchOf(draft),
    subject:
      isMail && draft.tells === 'detections' && draft.subject.trim() !== '' ? draft.subject.trim() : null,
    channelId: draft.channelId,
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
  });
  const [asked] = useDebouncedValue(body, typingMs);
  const query = useQuery({
    queryKey: [...queryKeys.rules, 'preview', asked],
    queryFn: () => ask('POST', `${rulesPath}/preview`, JSON.parse(asked)),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    refetchInterval: 30_000,
  });
  return { query, isOld: asked !== body || query.isPlaceholderData };
}

interface Props {
  readonly preview: ReturnType<typeof usePreview>;
  readonly draft: RuleDraft;
}

export function RulePreviewCards({ preview, draft }: Props): ReactElement {
  const { query, isOld } = preview;
  const isWrong = query.error instanceof ApiProblem && query.error.status === 400;
  if (query.isError)
    return (
      <Card title="Preview">
        <Alert color={isWrong ? 'orange' : 'red'} title={isWrong ? 'It waits for a field' : 'No preview'}>
          {isWrong && 'Something in the rule is not right yet. '}
          {describeProblem(formProblem(query.error))}
        </Alert>
      </Card>
    );
  if (query.data === undefined)
    return (
      <Card title="Preview">
        <Loader size="sm" aria-label="Loading the preview" />
      </Card>
    );
  return (
    <Stack gap="md" data-is-old={isOld || undefined}>
      {draft.tells === 'detections' && <Matches preview={query.data} />}
      <RuleExampleCard example={query.data.example} draft={draft} />
    </Stack>
  );
}

function Matches({ preview }: { readonly preview: RulePreview }): ReactElement {
  const { looked, matched } = preview;
  return (
    <Card title="Matching alerts">
      <Text size="sm" fw={600} role="status" mb={matched.length === 0 ? 0 : 'xs'}>
        {looked === 0
          ? 'There are no alerts yet to try it on.'
          : `${matched.length === 0 ? 'None' : matched.length} of the last ${plural(looked, 'alert')}`}
      </Text>
      {matched.length > 0 && (
        <div className="preview-matches" tabIndex={0} role="group" aria-label="Matching alerts">
          {matched.map((alert) => (
            <OneMatch key={alert.alertId} alert={alert} />
          ))}
        </div>
      )}
    </Card>
  );
}

const OneMatch = ({ alert }: { readonly alert: PreviewedAlert }): ReactElement => (
  <div className="preview-match">
    <span>
      <Anchor component={Link} href={`/alerts/${alert.alertId}`} target="_blank" inherit>
        <ClaimedText text={alert.detected.join(', ')} />
      </Anchor>{' '}
      <span className="quiet">
        {alert.objectName === null ? 'an object without a name' : <ClaimedText text={alert.objectName} />},
        from <ClaimedText text={alert.system} />, <TimeAgo at={alert.createdAt} />
      </span>
    </span>
    <WordBadge word={importanceWords[alert.importance]} />
  </div>
);
