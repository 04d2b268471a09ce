import { Alert, Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { Dialog } from './dialog.js';

interface Props {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly children: ReactNode;
  readonly isBusy?: boolean;
  readonly isBlocked?: boolean;
  /** What went wrong with the last try; stays where the operator looks. */
  readonly problem?: unknown;
  readonly isDangerous?: boolean;
  readonly yes?: string;
  readonly no?: string;
  readonly size?: string | number;
  /** For windows with much to type: a click beside them closes nothing. */
  readonly holdsInput?: boolean;
}

/** Asks a question that is answered with Yes or No. Escape and the backdrop are No. */
export function ConfirmDialog(props: Props): ReactElement {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // React bubbles through windows that lie over this one.
    event.stopPropagation();
    props.onConfirm();
  };
  return (
    <Dialog
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      size={props.size ?? 'lg'}
      closeOnClickOutside={!(props.holdsInput ?? false)}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {props.children}
          {props.problem !== undefined && props.problem !== null && (
            <Alert color="red" role="alert" title="That did not work">
              {describeProblem(props.problem)}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm" className="window-foot">
            <Button variant="default" onClick={props.onClose} data-autofocus={props.isDangerous || undefined}>
              {props.no ?? 'No'}
            </Button>
            <Button
              type="submit"
              color={props.isDangerous ? 'red' : 'teal'}
              loading={props.isBusy ?? false}
              disabled={props.isBlocked ?? false}
            >
              {props.yes ?? 'Yes'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
