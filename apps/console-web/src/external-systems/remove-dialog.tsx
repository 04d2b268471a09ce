import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ApiProblem } from '../api/api-problem.js';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import type { ExternalSystem } from './external-system.js';
import { NamedSystems } from './named-systems.js';
import { deleteSystem, rejectSystem, useReloadSystems } from './systems-query.js';

const kinds = {
  reject: {
    verb: 'Reject',
    done: 'rejected',
    run: rejectSystem,
    effect:
      'From now on every call is answered 401, and open connections end at once. The entry stays in the list; you can accept it later.',
  },
  delete: {
    verb: 'Delete',
    done: 'deleted',
    run: deleteSystem,
    effect:
      'The certificate is forgotten and its open connections end at once. Its next call makes a new request. With the last certificate of an ID its results can no longer be read; alerts stay.',
  },
} as const;

interface Props {
  readonly kind: keyof typeof kinds;
  readonly systems: readonly ExternalSystem[];
  readonly onClose: () => void;
  readonly onDone: (ids: readonly string[]) => void;
}

export function RemoveDialog({ kind, systems, onClose, onDone }: Props): ReactElement {
  const { verb, done, run, effect } = kinds[kind];
  const reload = useReloadSystems();
  const what = systems.length === 1 ? 'this system' : `these ${systems.length} certificates`;
  const removal = useMutation({
    mutationFn: () => runEach(systems, run),
    onSuccess: () => {
      notify(
        'done',
        systems.length === 1 ? `${systems[0]?.sensorId ?? ''} is ${done}.` : `${systems.length} ${done}.`,
      );
      onDone(systems.map((one) => one.id));
      onClose();
    },
    onSettled: reload,
  });
  return (
    <ConfirmDialog
      title={`${verb} ${what}?`}
      isOpen
      isDangerous
      isBusy={removal.isPending}
      problem={removal.error}
      onClose={onClose}
      onConfirm={() => removal.mutate()}
    >
      <NamedSystems systems={systems} />
      <Text size="sm">{effect}</Text>
    </ConfirmDialog>
  );
}

/** One after the other; one that is gone already is what was wanted. Stops at the first real problem. */
async function runEach(
  systems: readonly ExternalSystem[],
  run: (system: ExternalSystem) => Promise<unknown>,
): Promise<void> {
  for (const system of systems)
    await run(system).catch((thrown: unknown) => {
      if (!(thrown instanceof ApiProblem) || thrown.status !== 404) throw thrown;
    });
}
