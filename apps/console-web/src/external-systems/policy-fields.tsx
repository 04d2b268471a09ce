import { Alert, Fieldset, Select, SimpleGrid, Text } from '@mantine/core';
import {
  policyActions,
  unexaminedReasons,
  type PolicyAction,
  type UnexaminedPolicy,
} from '@sluice/contracts';
import type { ReactElement } from 'react';
import { describeReason } from '../texts/words.js';

const actionNames: Readonly<Record<PolicyAction, string>> = {
  detect: 'Detected: an alert, named Policy.Unexamined',
  error: 'Not examined: the caller decides',
  'not detected': 'Not detected: it passes unseen',
};
const choices = policyActions.map((value) => ({ value, label: actionNames[value] }));
const isAction = (value: string | null): value is PolicyAction =>
  policyActions.some((action) => action === value);

interface Props {
  readonly policy: UnexaminedPolicy;
  readonly onChange: (policy: UnexaminedPolicy) => void;
}

/** What the system gets for objects that could not be examined, one choice for each reason of the object itself. */
export function PolicyFields({ policy, onChange }: Props): ReactElement {
  const isLettingThrough = unexaminedReasons.some((reason) => policy[reason] === 'not detected');
  return (
    <Fieldset legend="Objects that could not be examined">
      <Text size="xs" c="dimmed" mb="xs">
        What this system gets when nothing was found and a part was not seen. Of several reasons the strictest
        counts. An engine that failed, old signatures and a timeout are always an error.
      </Text>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing="xs">
        {unexaminedReasons.map((reason) => (
          <Select
            key={reason}
            size="xs"
            label={describeReason(reason)}
            allowDeselect={false}
            value={policy[reason]}
            data={choices}
            onChange={(value) => isAction(value) && onChange({ ...policy, [reason]: value })}
          />
        ))}
      </SimpleGrid>
      {isLettingThrough && (
        <Alert color="red" title="Malware can pass" mt="sm">
          Whoever sends malware in such an object gets <strong>not detected</strong> for it, as if it had been
          examined. The choice is in the audit log, and each report says that the policy decided.
        </Alert>
      )}
    </Fieldset>
  );
}
