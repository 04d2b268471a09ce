import { Anchor, DataList } from '@mantine/core';
import type { Quarantined } from '@sluice/console-api';
import {
  mailActions,
  mailReasons,
  type HoldState,
  type MailAction,
  type MailPolicyRecord,
  type MailReason,
  type NotExamined,
  type ScanState,
  type SystemType,
} from '@sluice/contracts';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { Card } from '../design/card.js';
import { useExternalSystems } from '../external-systems/systems-query.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { MailRoute, wholeRoute } from '../texts/mail-route.js';
import { Moment } from '../texts/moment.js';
import { Fact } from '../texts/object-facts.js';
import { describeReason, scanStateWords } from '../texts/words.js';

interface Props {
  /** What its caller was told. */
  readonly state: ScanState;
  readonly reason: string | null;
  readonly notExamined: readonly NotExamined[];
  readonly type: SystemType;
  readonly registrationId: string;
  readonly kept: Quarantined | null;
}

/** What the caller was answered about an object that is not clean, what a mail server did with it, and where it is now. */
export function WhatBecame(props: Props): ReactElement | null {
  const { state, reason, type, kept } = props;
  if (state === 'processing' || state === 'not detected') return null;
  return (
    <Card title="What became of it">
      <DataList labelWidth="110px" gap="xs" className="facts">
        <Fact label="Answered">
          {scanStateWords[state].name} (<span className="hash">{state}</span>)
          {reason !== null && `: ${describeReason(reason).toLowerCase()}`}
        </Fact>
        {type === 'mail' && (
          <Fact label="Mail server">
            <span className="mail-server">
              <MailServer {...props} />
            </span>
          </Fact>
        )}
        {kept !== null && kept.message !== null && (
          <>
            <Fact label="Subject">
              <ClaimedText text={kept.message.subject ?? 'No subject'} />
            </Fact>
            <Fact label="Mail">
              <MailRoute {...wholeRoute(kept.message)} />
            </Fact>
          </>
        )}
        <Fact label="In quarantine">{kept === null ? 'Not kept' : <KeptLink kept={kept} />}</Fact>
      </DataList>
    </Card>
  );
}

const KeptLink = ({ kept }: { readonly kept: Quarantined }): ReactElement => (
  <>
    Since <Moment at={kept.keptAt} />
    {kept.hold?.state !== 'held' && (
      <>
        , until <Moment at={kept.keptUntil} />
      </>
    )}
    {'. '}
    <Anchor
      component={Link}
      href={withQuery('/quarantine', { q: kept.object.sha256 })}
      size="sm"
      underline="always"
    >
      {kept.hold?.state === 'held' ? 'Open the held mail' : 'Open in quarantine'}
    </Anchor>
  </>
);

const holdStories: Readonly<Record<HoldState, string>> = {
  held: 'Accepted it and dropped its copy. Sluice alone has the mail, and holds it until someone decides.',
  released: 'Accepted it. Sluice held the mail, and an operator released it to its recipients.',
  refused: 'Accepted it. Sluice held the mail, and an operator refused it; the sender is notified.',
  expired: 'Accepted it. Sluice held the mail, and no one decided until its retention was over.',
};

/** Only holding is done through Sluice; of all else a sensor knows, and Sluice has the policy alone. */
function MailServer({ state, reason, notExamined, registrationId, kept }: Props): ReactElement {
  const systems = useExternalSystems();
  if (kept !== null && kept.hold !== null)
    return (
      <>
        {holdStories[kept.hold.state]} <span className="quiet">Since</span> <Moment at={kept.hold.since} />.
      </>
    );
  const system = systems.data?.find(
    (one) => one.registrationId === registrationId && one.state === 'accepted',
  );
  const policy = system?.mailPolicy ?? null;
  if (policy === null)
    return (
      <>The sensor does not report it, and its mail policy is not known{systems.isPending ? ' yet' : ''}.</>
    );
  const reasons = [...notExamined.map((place) => place.reason), ...(reason === null ? [] : [reason])];
  return <>The sensor does not report it. {describePolicy(policy, state, reasons)}</>;
}

const doings: Readonly<Record<MailAction, string>> = {
  reject: 'the mail server refuses it for good, and its sender is told',
  quarantine: 'the mail server keeps it in its own quarantine',
  hold: 'Sluice holds such mail; this one is not held, so its sender was told to try again, or the policy was another then',
  tempfail: 'the mail server refuses it for now, and its sender tries again for some days',
  tag: 'the mail server delivers it, with a header that says so',
};

/** As the sensor decides: by the strictest action of all reasons there are. Left out is what its listener says. */
export function describePolicy(
  policy: MailPolicyRecord,
  state: ScanState,
  reasons: readonly string[],
): string {
  const chosen =
    state === 'detect'
      ? [policy.whenDetected]
      : mailReasonsOf(state, reasons).map((reason) => policy.whenNotExamined?.[reason]);
  const usual: MailAction = state === 'detect' ? 'reject' : 'tempfail';
  const action = mailActions.find((one) => chosen.some((choice) => (choice ?? usual) === one)) ?? usual;
  return chosen.includes(undefined)
    ? `No policy is chosen here for this: ${doings[action]}, unless the sensor’s own options say otherwise.`
    : `By the sensor’s mail policy as it is now, ${doings[action]}.`;
}

const isMailReason = (reason: string): reason is MailReason =>
  (mailReasons as readonly string[]).includes(reason);

function mailReasonsOf(state: ScanState, reasons: readonly string[]): MailReason[] {
  if (state === 'timeout') return ['timeout'];
  return reasons.length === 0
    ? ['failed']
    : [...new Set(reasons.map((reason) => (isMailReason(reason) ? reason : 'failed')))];
}
