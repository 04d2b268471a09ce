import { Alert, Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { describeProblem, type ApiProblem } from '../../api/api-problem.js';
import { ask } from '../../api/ask.js';
import { useCanHandleAlerts } from '../../api/session-state.js';
import type { Channel } from '../channel.js';
import { notify } from '../../notices/notices.js';
import { PageHead } from '../../design/page-head.js';
import { formProblem, itemProblem, refusedFields } from '../../forms/field-problems.js';
import { revealText } from '../../texts/claimed-text.js';
import type { StoredRule } from '../rule.js';
import { draftOfRule, missingOf, ruleOf, type RuleDraft } from './rule-draft.js';
import { RuleFields } from './rule-fields.js';
import { RulePreviewCards, usePreview } from './rule-preview.js';
import { rulesPath, useReloadRules } from '../rules-query.js';

interface Props {
  /** Null: a new one. */
  readonly rule: StoredRule | null;
  readonly channels: readonly Channel[];
}

export function RuleEditor({ rule, channels }: Props): ReactElement {
  const canChange = useCanHandleAlerts();
  const only = channels.length === 1 ? (channels[0]?.id ?? null) : null;
  const form = useForm({ initialValues: draftOfRule(rule, only) });
  const draft = form.values;
  const kind = channels.find((channel) => channel.id === draft.channelId)?.kind ?? null;
  const preview = usePreview(draft, kind === null || kind === 'smtp');
  const saving = useSaving(rule, () => ruleOf(draft, kind), {
    onRefused: (thrown) =>
      form.setErrors({ ...refusedFields(thrown), to: itemProblem(thrown, 'to', draft.to) }),
  });
  // What saving refused stands until its field is changed; what the preview finds, while it is typed.
  const previewed = refusedFields(preview.query.error);
  const problems = (name: string) => form.errors[name] ?? previewed[name];
  return (
    <>
      <PageHead title={rule === null ? 'Add rule' : revealText(rule.name)}>
        {canChange
          ? 'What you choose here is tried at once on the last 100 alerts.'
          : 'Your role reads rules; security officers and administrators change them.'}
      </PageHead>
      <form onSubmit={form.onSubmit(() => saving.mutate())} noValidate aria-label="The rule">
        <div className="rule-columns">
          <fieldset className="rule-fields" disabled={!canChange}>
            <Stack gap="md">
              <RuleFields form={form} channels={channels} kind={kind} problems={problems} />
              {saving.isError && (
                <Alert color="red" role="alert" title="Not saved">
                  {describeProblem(formProblem(saving.error))}
                </Alert>
              )}
              {canChange && (
                <div className="rule-foot" role="region" aria-label="Save or leave">
                  <span className="rule-foot-note">{missingWords(draft, kind)}</span>
                  <Button
                    type="submit"
                    loading={saving.isPending}
                    disabled={missingOf(draft, kind).length > 0}
                  >
                    {rule === null ? 'Add rule' : 'Save'}
                  </Button>
                  <Button component={Link} href="/notifications/rules" variant="default">
                    Cancel
                  </Button>
                </div>
              )}
            </Stack>
          </fieldset>
          <div className="preview">
            <RulePreviewCards preview={preview} draft={draft} />
          </div>
        </div>
      </form>
    </>
  );
}

function useSaving(
  rule: StoredRule | null,
  bodyOf: () => object,
  { onRefused }: { readonly onRefused: (thrown: ApiProblem) => void },
) {
  const reload = useReloadRules();
  const [, navigate] = useLocation();
  return useMutation<StoredRule, ApiProblem>({
    mutationFn: () =>
      rule === null ? ask('POST', rulesPath, bodyOf()) : ask('PATCH', `${rulesPath}/${rule.id}`, bodyOf()),
    onSuccess: (saved) => {
      notify('done', `${saved.name} is saved.`);
      navigate('/notifications/rules');
    },
    onError: onRefused,
    onSettled: reload,
  });
}

/** Why it cannot be saved yet. */
function missingWords(draft: RuleDraft, kind: Channel['kind'] | null): string {
  const missing = missingOf(draft, kind);
  return missing.length === 0 ? '' : `Still needed: ${missing.join(', ')}`;
}
