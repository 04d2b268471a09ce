import { PasswordInput, Select, Switch, Text, TextInput } from '@mantine/core';
import type { OperatorRole } from '@sluice/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useSession } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { roleExplanations, roleNames } from '../texts/role-names.js';
import type { Operator } from './operator.js';

const path = '/api/operators';
export const minPasswordLength = 12;

interface Props {
  /** Null: a new one. */
  readonly operator: Operator | null;
  readonly onClose: () => void;
}

export function OperatorDialog({ operator, onClose }: Props): ReactElement {
  const { username: ownName } = useSession();
  const [username, setUsername] = useState(operator?.username ?? '');
  const [role, setRole] = useState<OperatorRole | null>(operator?.role ?? null);
  const [password, setPassword] = useState('');
  const [losesFactor, setLosesFactor] = useState(false);
  const [isDisabled, setIsDisabled] = useState(operator?.isDisabled ?? false);
  const [canReadMail, setCanReadMail] = useState(operator?.canReadMail ?? false);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () =>
      operator === null
        ? ask('POST', path, { username, password, role })
        : ask('PATCH', `${path}/${operator.id}`, {
            ...(role === operator.role ? {} : { role }),
            ...(isDisabled === operator.isDisabled ? {} : { isDisabled }),
            ...(canReadMail === operator.canReadMail ? {} : { canReadMail }),
            ...(password === '' ? {} : { password }),
            ...(losesFactor ? { hasSecondFactor: false } : {}),
          }),
    onSuccess: () => {
      notify('done', operator === null ? `${username} may sign in now.` : `${username} is changed.`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.operators }),
  });
  const fields = saving.error instanceof ApiProblem ? saving.error.fields : {};
  const isChanged =
    operator === null ||
    role !== operator.role ||
    isDisabled !== operator.isDisabled ||
    canReadMail !== operator.canReadMail ||
    password !== '' ||
    losesFactor;
  const isPasswordFine = password.length >= minPasswordLength || (operator !== null && password === '');
  return (
    <ConfirmDialog
      title={operator === null ? 'Add an operator' : `Edit ${operator.username}`}
      yes="Save"
      no="Cancel"
      size="md"
      isOpen
      isBusy={saving.isPending}
      isBlocked={username.trim() === '' || role === null || !isPasswordFine || !isChanged}
      problem={saving.error}
      onClose={onClose}
      onConfirm={() => saving.mutate()}
    >
      {operator === null && (
        <TextInput
          label="Username"
          withAsterisk
          data-autofocus
          autoComplete="off"
          maxLength={64}
          error={fields['username']}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
      )}
      <Select
        label="Role"
        withAsterisk
        allowDeselect={false}
        description={role === null ? undefined : roleExplanations[role]}
        error={fields['role']}
        value={role}
        data={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setRole(value as OperatorRole | null)}
      />
      <PasswordInput
        label={operator === null ? 'Password' : 'New password'}
        description={`At least ${minPasswordLength} characters, to be changed at the first sign-in${operator === null ? '' : '; empty: stays as it is'}`}
        withAsterisk={operator === null}
        autoComplete="new-password"
        maxLength={256}
        visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        error={fields['password']}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {operator?.hasSecondFactor === true && (
        <Switch
          label="Take the second factor away"
          description="For a lost phone: the next sign-in asks for the password alone"
          checked={losesFactor}
          onChange={(event) => setLosesFactor(event.currentTarget.checked)}
        />
      )}
      {operator !== null && (
        <Switch
          label="May read mail in quarantine"
          description="As text, each time with a reason that stands in the audit log"
          checked={canReadMail}
          onChange={(event) => setCanReadMail(event.currentTarget.checked)}
        />
      )}
      {operator !== null && operator.username !== ownName && (
        <Switch
          label="Suspended"
          description="Cannot sign in, and open sessions end"
          checked={isDisabled}
          onChange={(event) => setIsDisabled(event.currentTarget.checked)}
        />
      )}
    </ConfirmDialog>
  );
}

interface DeleteProps {
  readonly operator: Operator;
  readonly onClose: () => void;
}

export function DeleteOperatorDialog({ operator, onClose }: DeleteProps): ReactElement {
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: () => ask('DELETE', `${path}/${operator.id}`),
    onSuccess: () => {
      notify('done', `${operator.username} is deleted.`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.operators }),
  });
  return (
    <ConfirmDialog
      title={`Delete ${operator.username}?`}
      size="md"
      isOpen
      isDangerous
      isBusy={removal.isPending}
      problem={removal.error}
      onClose={onClose}
      onConfirm={() => removal.mutate()}
    >
      <Text size="sm">Open sessions end at once. What {operator.username} did stays in the audit log.</Text>
    </ConfirmDialog>
  );
}
