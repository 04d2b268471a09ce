import {
  mailActions,
  mailReasons,
  type AwayAction,
  type KeepingAction,
  type MailAction,
  type MailReason,
} from '@sluice/contracts';

export interface MailPolicy {
  readonly whenDetected: MailAction;
  readonly whenNotExamined: Readonly<Record<MailReason, KeepingAction>>;
  /**
   * No gateway took it, or there was no verdict within the longest hold. `tag` is for what no sender can bring about, no
   * gateway that answers and no acceptance of the sensor: anything else gets `tempfail` instead.
   */
  readonly whenAway: AwayAction;
}

/** What is too large today is too large tomorrow: it is the one reason for which a sender is told at once. */
export const defaultMailPolicy: MailPolicy = {
  whenDetected: 'reject',
  whenNotExamined: {
    ...(Object.fromEntries(mailReasons.map((reason) => [reason, 'tempfail'])) as Record<
      MailReason,
      KeepingAction
    >),
    'too-large': 'reject',
  },
  whenAway: 'tempfail',
};

export const strictest = (actions: readonly MailAction[]): MailAction =>
  // Nothing to choose from is nothing known.
  mailActions.find((action) => actions.includes(action)) ?? 'tempfail';
