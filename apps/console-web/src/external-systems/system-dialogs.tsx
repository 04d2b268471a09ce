import type { ReactElement } from 'react';
import { AcceptDialog } from './accept-dialog.js';
import { EditDialog } from './edit-dialog.js';
import type { ExternalSystem } from './external-system.js';
import { MailPolicyDialog } from './mail-policy-dialog.js';
import { RemoveDialog } from './remove-dialog.js';

/** What an operator is about to do; asked for confirmation in a window. */
export type SystemAction =
  | { readonly kind: 'accept'; readonly system: ExternalSystem }
  | { readonly kind: 'edit'; readonly system: ExternalSystem }
  | { readonly kind: 'mail-policy'; readonly system: ExternalSystem }
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
      return <EditDialog key={action.system.id} system={action.system} onClose={onClose} />;
    case 'mail-policy':
      return <MailPolicyDialog key={action.system.id} system={action.system} onClose={onClose} />;
    case 'reject':
    case 'delete':
      return <RemoveDialog kind={action.kind} systems={action.systems} onClose={onClose} onDone={onDone} />;
  }
}
