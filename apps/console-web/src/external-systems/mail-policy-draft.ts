import type { MailPolicyChange, MailPolicyRecord } from '@sluice/contracts';

export const policyLists = ['skipUsers', 'skipClients', 'skipRecipients', 'skipSenders'] as const;
export type PolicyList = (typeof policyLists)[number];

/** What the form holds; null, and an empty text of a list, are left to the sensor. */
export type MailPolicyDraft = Readonly<
  Required<{
    [Key in Exclude<keyof MailPolicyRecord, PolicyList | 'whenNotExamined'>]: NonNullable<
      MailPolicyRecord[Key]
    > | null;
  }>
> & {
  readonly whenNotExamined: NonNullable<MailPolicyRecord['whenNotExamined']>;
} & Readonly<Record<PolicyList, string>>;

export const draftOfPolicy = (policy: MailPolicyRecord): MailPolicyDraft => ({
  whenDetected: policy.whenDetected ?? null,
  whenAway: policy.whenAway ?? null,
  whenNotExamined: policy.whenNotExamined ?? {},
  maxMessageBytes: policy.maxMessageBytes ?? null,
  holdSeconds: policy.holdSeconds ?? null,
  skipUsers: textOf(policy.skipUsers),
  skipClients: textOf(policy.skipClients),
  skipRecipients: textOf(policy.skipRecipients),
  skipSenders: textOf(policy.skipSenders),
});

/** Only fields that differ: what another administrator changed meanwhile stays. */
export function changedPolicy(before: MailPolicyRecord, draft: MailPolicyDraft): MailPolicyChange {
  const was = changeOf(draftOfPolicy(before));
  const entries = Object.entries(changeOf(draft)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof MailPolicyChange]),
  );
  return Object.fromEntries(entries);
}

function changeOf(draft: MailPolicyDraft): Required<MailPolicyChange> {
  const reasons = Object.entries(draft.whenNotExamined).sort(([a], [b]) => a.localeCompare(b));
  return {
    ...draft,
    whenNotExamined: reasons.length === 0 ? null : Object.fromEntries(reasons),
    skipUsers: listOf(draft.skipUsers),
    skipClients: listOf(draft.skipClients),
    skipRecipients: listOf(draft.skipRecipients),
    skipSenders: listOf(draft.skipSenders),
  };
}

const textOf = (list: readonly string[] | undefined): string => (list ?? []).join('\n');
/** One a line; blanks and commas part entries too. */
function listOf(text: string): string[] | null {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.length === 0 ? null : entries;
}
