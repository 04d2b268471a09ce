import { Stack, Text, Timeline } from '@mantine/core';
import type { Quarantined, Release } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { ClaimedText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { Moment, useNowMs } from '../texts/moment.js';
import { nameOf } from './name-of.js';
import { describeNext } from './release-texts.js';
import { Dialog } from '../design/dialog.js';

interface Props {
  readonly item: Quarantined;
  readonly release: Release;
  readonly onClose: () => void;
}

/** What the receiver answered in each attempt, and when it is asked next; it goes on while it is looked at. */
export function ReleaseAttemptsDialog({ item, release, onClose }: Props): ReactElement {
  const nowMs = useNowMs();
  const attempts = release.attemptLog.reduce((sum, { count }) => sum + count, 0);
  return (
    <Dialog
      opened
      onClose={onClose}
      title={release.form === 'refusal' ? 'Notification of the sender' : 'Release'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <div>
          <Text fw={640}>
            <ClaimedText text={nameOf(item)} />
          </Text>
          <Text size="sm" c="dimmed">
            Asked for by {release.operator}, <Moment at={release.at} />
          </Text>
        </div>
        {release.state === 'waiting' && <Text size="sm">{describeNext(release, nowMs)}</Text>}
        <section aria-label="Attempts">
          <Text fw={640} size="sm" mb="sm">
            {attempts === 0 ? 'No attempt yet' : plural(attempts, 'attempt')}
          </Text>
          <Timeline bulletSize={14} lineWidth={2}>
            {release.attemptLog.toReversed().map((entry) => (
              <Timeline.Item key={entry.from} title={<AttemptTimes entry={entry} />}>
                {entry.answers.map(({ recipient, answer }, index) => (
                  <div key={index} className="attempt-answer">
                    <ClaimedText text={recipient ?? 'A blind recipient'} />: <ClaimedText text={answer} />
                  </div>
                ))}
              </Timeline.Item>
            ))}
          </Timeline>
        </section>
      </Stack>
    </Dialog>
  );
}

type Entry = Release['attemptLog'][number];

const AttemptTimes = ({ entry: { from, until, count } }: { readonly entry: Entry }): ReactElement =>
  count === 1 ? (
    <Moment at={from} />
  ) : (
    <>
      <Moment at={from} /> to <Moment at={until} />, {plural(count, 'attempt')} with the same answer
    </>
  );
