import type { Enrolment } from '@sluice/console-api';
import {
  Alert,
  Anchor,
  Badge,
  Button,
  Code,
  Group,
  PasswordInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { Link } from 'wouter';
import { describeProblem } from '../../api/api-problem.js';
import { ask } from '../../api/ask.js';
import { sessionState, useSession } from '../../api/session-state.js';
import { QrCode } from './qr-code.js';
import { notify } from '../../notices/notices.js';
import { Card } from '../../design/card.js';
import { CopyAction } from '../../texts/copy-action.js';

const path = '/api/session/second-factor';

export function SecondFactor(): ReactElement {
  const { hasSecondFactor = false } = useSession();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  return (
    <Card
      title="Second factor"
      aside={<Badge color={hasSecondFactor ? 'teal' : 'gray'}>{hasSecondFactor ? 'On' : 'Off'}</Badge>}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          With a second factor the sign-in also asks for six digits from an authenticator app on your phone.
          Your password alone is then no longer enough. If the phone is lost, an administrator takes the
          second factor away under{' '}
          <Anchor component={Link} href="/operators" size="sm" underline="always">
            Operators and tokens
          </Anchor>
          .
        </Text>
        {enrolment === null ? (
          <PasswordStep isOn={hasSecondFactor} onBegun={setEnrolment} />
        ) : (
          <CodeStep enrolment={enrolment} onDone={() => setEnrolment(null)} />
        )}
      </Stack>
    </Card>
  );
}

function setHasSecondFactor(hasSecondFactor: boolean): void {
  const state = sessionState.get();
  if (state.kind === 'signed-in')
    sessionState.set({ ...state, session: { ...state.session, hasSecondFactor } });
}

interface PasswordStepProps {
  readonly isOn: boolean;
  readonly onBegun: (enrolment: Enrolment) => void;
}

function PasswordStep({ isOn, onBegun }: PasswordStepProps): ReactElement {
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: async () => {
      if (isOn) return ask('DELETE', path, { password });
      return ask('POST', path, { password });
    },
    onSuccess: (begun) => {
      setPassword('');
      if (begun !== undefined) onBegun(begun);
      else {
        setHasSecondFactor(false);
        notify('done', 'The second factor is off.');
      }
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <PasswordInput
          label="Your password"
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {change.isError && (
          <Alert color="red" role="alert">
            {describeProblem(change.error)}
          </Alert>
        )}
        <Group>
          <Button
            type="submit"
            variant={isOn ? 'light' : 'filled'}
            color={isOn ? 'red' : 'teal'}
            loading={change.isPending}
            disabled={password === ''}
          >
            {isOn ? 'Switch off' : 'Set up a second factor'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface CodeStepProps {
  readonly enrolment: Enrolment;
  readonly onDone: () => void;
}

function CodeStep({ enrolment, onDone }: CodeStepProps): ReactElement {
  const [code, setCode] = useState('');
  const confirmation = useMutation({
    mutationFn: () => ask('PUT', path, { code: code.replace(/\s/g, '') }),
    onSuccess: () => {
      setHasSecondFactor(true);
      notify('done', 'The second factor is on.');
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirmation.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">
          1. In your authenticator app, add an account and point the camera here, or enter the key below it
          (time-based, six digits):
        </Text>
        <QrCode text={enrolment.uri} label="QR code of the key below" />
        <Group gap="xs">
          <Code fz="md">{enrolment.secret.match(/.{1,4}/g)?.join(' ')}</Code>
          <CopyAction value={enrolment.secret} what="the key" />
        </Group>
        <TextInput
          label="2. Enter the six digits the app shows"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirmation.isError && (
          <Alert color="red" role="alert">
            {describeProblem(confirmation.error)}
          </Alert>
        )}
        <Group>
          <Button
            type="submit"
            loading={confirmation.isPending}
            disabled={!/^\d{6}$/.test(code.replace(/\s/g, ''))}
          >
            Switch on
          </Button>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
