import type { ClamdPolicyChange, ClamdPolicyRecord } from '@sluice/contracts';

/** What the form holds; null, and an empty text of the list, are left to the sensor. */
export type ClamdPolicyDraft = Readonly<{
  [Key in Exclude<keyof ClamdPolicyRecord, 'cutLengths'>]-?: NonNullable<ClamdPolicyRecord[Key]> | null;
}> & { readonly cutLengths: string };

export const draftOfClamdPolicy = (policy: ClamdPolicyRecord): ClamdPolicyDraft => ({
  names: policy.names ?? null,
  whenNotExamined: policy.whenNotExamined ?? null,
  whenAway: policy.whenAway ?? null,
  holdSeconds: policy.holdSeconds ?? null,
  cutLengths: textOf(policy.cutLengths),
});

/** Only fields that differ: what another administrator changed meanwhile stays. */
export function changedClamdPolicy(before: ClamdPolicyRecord, draft: ClamdPolicyDraft): ClamdPolicyChange {
  const was = changeOf(draftOfClamdPolicy(before));
  const entries = Object.entries(changeOf(draft)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof ClamdPolicyChange]),
  );
  return Object.fromEntries(entries);
}

const changeOf = (draft: ClamdPolicyDraft): Required<ClamdPolicyChange> => ({
  ...draft,
  cutLengths: lengthsOf(draft.cutLengths),
});

/** An empty list is one: there are no such lengths. */
const textOf = (lengths: readonly number[] | undefined): string =>
  lengths === undefined ? '' : lengths.length === 0 ? 'none' : lengths.join(' ');

/** What is no number is sent as what JSON has for it, and refused by the server under this field's name. */
function lengthsOf(text: string): number[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 0) return null;
  return words.join() === 'none' ? [] : words.map(Number);
}
