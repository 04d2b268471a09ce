import { lazy, Suspense, type ReactElement } from 'react';
import { AcceptDialog } from './accept-dialog.js';
import type { ExternalSystem } from './external-system.js';
import { RemoveDialog } from './remove-dialog.js';

/** With forms and policies, which the list does without: loaded when one is opened. */
const EditDialog = lazy(() => import('./edit-dialog.js').then((it) => ({ default: it.EditDialog })));
const MailPolicyDialog = lazy(() =>
  import('./mail-policy-dialog.js').then((it) => ({ default: it.MailPolicyDialog })),
);

const ClamdPolicyDialog = lazy(() =>
  import('./clamd-policy-dialog.js').then((it) => ({ default: it.ClamdPolicyDialog })),
);

/** What an operator is about to do; asked for confirmation in a window. */
export type SystemAction =
  | { readonly kind: 'accept'; readonly system: ExternalSystem }
  | { readonly kind: 'edit'; readonly system: ExternalSystem }
  | { readonly kind: 'mail-policy' | 'clamd-policy'; readonly system: ExternalSystem }
  | { readonly kind: 'reject'; readonly systems: readonly ExternalSystem[] }
  | { readonly kind: 'delete'; readonly systems: readonly ExternalSystem[] };

interface Props {
  readonly action: SystemAction | null;
  readonly systems: readonly ExternalSystem[];
  readonly onClose: () => void;
  /** Ids of the certificates that were dealt with. */
  readonly onDone: (ids: readonly string[]) => void;
}

export function SystemDialogs({ action, systems, onClose, onDone }: Props): ReactElement | null {
  if (action === null) return null;
  switch (action.kind) {
    case 'accept':
      return (
        <AcceptDialog
          key={action.system.id}
          system={action.system}
          holders={systems.filter(
            (one) => one.sensorId === action.system.sensorId && one.state === 'accepted',
          )}
          onClose={onClose}
        />
      );
    case 'edit':
      return (
        <Suspense fallback={null}>
          <EditDialog key={action.system.id} system={action.system} onClose={onClose} />
        </Suspense>
      );
    case 'mail-policy':
      return (
        <Suspense fallback={null}>
          <MailPolicyDialog key={action.system.id} system={action.system} onClose={onClose} />
        </Suspense>
      );
    case 'clamd-policy':
      return (
        <Suspense fallback={null}>
          <ClamdPolicyDialog key={action.system.id} system={action.system} onClose={onClose} />
        </Suspense>
      );
    case 'reject':
    case 'delete':
      return <RemoveDialog kind={action.kind} systems={action.systems} onClose={onClose} onDone={onDone} />;
  }
}
