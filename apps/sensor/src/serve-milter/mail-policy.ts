import { unexaminedReasons } from '@sluice/contracts';

/**
 * What can become of a mail, strictest first: where several hold, the first counts. Nothing is ever thrown away in silence.
 *
 * | action     | sender's server                    | recipient                        |
 * |------------|------------------------------------|----------------------------------|
 * | reject     | 550, tells the sender               | nothing                          |
 * | quarantine | 250                                | nothing, until the MTA's operator releases it |
 * | tempfail   | 451, tries again for some days     | nothing until it is answered otherwise |
 * | tag        | 250                                | the mail, with headers that say so |
 */
export const mailActions = ['reject', 'quarantine', 'tempfail', 'tag'] as const;
export type MailAction = (typeof mailActions)[number];

/**
 * What was looked at and not examined in full is kept from its recipients. To let it through is a policy of the registration,
 * which an administrator makes, by reason, with an entry in the audit log.
 */
export const keepingActions = ['reject', 'quarantine', 'tempfail'] as const satisfies readonly MailAction[];
export type KeepingAction = (typeof keepingActions)[number];

/**
 * Why a mail has no verdict: what lies in the mail, then what lies in Sluice. `failed` is whatever is not among the others, such
 * as an engine that did not answer.
 */
export const mailReasons = [...unexaminedReasons, 'timeout', 'failed'] as const;
export type MailReason = (typeof mailReasons)[number];

export interface MailPolicy {
  readonly whenDetected: MailAction;
  readonly whenNotExamined: Readonly<Record<MailReason, KeepingAction>>;
  /**
   * No gateway took it, or there was no verdict within the longest hold. `tag` is for what no sender can bring about, no
   * gateway that answers and no acceptance of the sensor: anything else gets `tempfail` instead.
   */
  readonly whenAway: MailAction;
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
