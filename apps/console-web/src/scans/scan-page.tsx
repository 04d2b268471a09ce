import { Alert, Anchor, Breadcrumbs, Button, DataList, Group, Stack, Text, Timeline } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiProblem, describeProblem } from '../api/api-problem.js';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useIsAdministrator } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { WhatBecame } from '../quarantine/what-became.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { Card } from '../design/card.js';
import { RefreshIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { Detections, EngineRuns } from '../texts/engine-runs.js';
import { formatDuration } from '../texts/formats.js';
import { Moment } from '../texts/moment.js';
import { NotExamined, PolicyNote } from '../texts/not-examined.js';
import { Fact, ObjectFacts } from '../texts/object-facts.js';
import { ReleasedNote } from '../texts/released-note.js';
import { RescannedNote } from '../texts/rescanned-note.js';
import { ReusedNote } from '../texts/reused-note.js';
import { WordBadge } from '../texts/word-badge.js';
import { describeReason, queueNames, scanStateWords } from '../texts/words.js';
import { scansPath, type ScanCard } from './scan.js';

const watchMs = 2000;

export function ScanPage({ params }: { readonly params: { readonly id: string } }): ReactElement {
  const scan = useQuery({
    queryKey: [...queryKeys.scans, 'one', params.id],
    queryFn: () => ask('GET', `${scansPath}/${params.id}`),
    // An unfinished scan is watched until it ends.
    refetchInterval: (query) => (query.state.data?.state === 'processing' ? watchMs : false),
  });
  if (scan.data !== undefined) return <OneScan key={scan.data.id} scan={scan.data} />;
  const isGone = scan.error instanceof ApiProblem && (scan.error.status === 404 || scan.error.status === 400);
  if (isGone)
    return (
      <PageHead title="No such scan">
        It was removed after its retention, or never was.{' '}
        <Anchor component={Link} href="/scans" underline="always">
          All scans
        </Anchor>
      </PageHead>
    );
  return (
    <>
      <PageHead title="Scan" />
      <Card isFlush>
        {scan.isError ? (
          <ListFailed problem={scan.error} onRetry={() => void scan.refetch()} />
        ) : (
          <ListLoading what="the scan" />
        )}
      </Card>
    </>
  );
}

/** Every mail has the same name: its subject tells it apart, while it is kept. */
const nameOf = ({ message, object }: ScanCard): string =>
  message === null ? (object.name ?? 'Object without a name') : (message.subject ?? 'No subject');

function OneScan({ scan }: { readonly scan: ScanCard }): ReactElement {
  return (
    <>
      <Breadcrumbs mb="xs" separator="›">
        <Anchor component={Link} href="/scans" size="sm">
          Scans
        </Anchor>
        <Text size="sm">{scan.scanId === null ? 'Without scanId' : revealText(scan.scanId)}</Text>
      </Breadcrumbs>
      <PageHead title={revealText(nameOf(scan))} actions={<Rescan scan={scan} />}>
        <Group component="span" gap={8} mt={4}>
          <WordBadge word={scanStateWords[scan.state]} />
          {scan.reason !== null && <span>{describeReason(scan.reason)}</span>}
        </Group>
      </PageHead>
      <div className="two-columns">
        <Stack gap="md">
          <PolicyNote applied={scan.policyApplied} />
          <ReleasedNote released={scan.released} />
          <ReusedNote reused={scan.reused} />
          <RescannedNote rescanned={scan.rescanned} />
          {scan.reasonText !== null && (
            <Alert color="orange" title="Why it could not be examined in full">
              {scan.reasonText}
            </Alert>
          )}
          {scan.detections.length > 0 && (
            <Card title="What was detected" isFlush aside={<AlertLink scan={scan} />}>
              <Detections detections={scan.detections} total={scan.detectionsTotal} />
            </Card>
          )}
          <NotExamined places={scan.notExamined} total={scan.notExaminedTotal} />
          {scan.rescanOf === null && <WhatBecame {...scan} />}
          <Card title="Object">
            <ObjectFacts object={scan.object} />
          </Card>
          <Card title="Engines" isFlush>
            <EngineRuns runs={scan.engines} />
          </Card>
        </Stack>
        <Stack gap="md">
          <Course scan={scan} />
          <Card title="Submitted by">
            <DataList labelWidth="110px" gap="xs" className="facts">
              <Fact label="System">
                {scan.systemName === null || scan.systemName === '' ? (
                  scan.sensorId
                ) : (
                  <ClaimedText text={scan.systemName} />
                )}{' '}
                <Anchor
                  component={Link}
                  href={`/scans?sensorId=${encodeURIComponent(scan.sensorId)}`}
                  size="sm"
                  underline="always"
                >
                  its scans
                </Anchor>
              </Fact>
              <Fact label="ID">{scan.sensorId}</Fact>
              <Fact label="Caller’s scanId">
                {scan.scanId === null ? 'None' : <ClaimedText text={scan.scanId} />}
              </Fact>
              {scan.sensorInstanceId !== null && <Fact label="Instance">{scan.sensorInstanceId}</Fact>}
              <Fact label="Address">{scan.sourceAddress}</Fact>
              <Fact label="Result">
                {scan.isVisibleToCaller ? 'Visible to the caller' : 'Hidden from the caller'}
              </Fact>
              {scan.rescanOf !== null && (
                <Fact label="Scanned again">
                  <Anchor component={Link} href={`/scans/${scan.rescanOf}`} size="sm">
                    The first scan
                  </Anchor>
                  {scan.isOfRescanWave && ' (signatures had changed)'}
                </Fact>
              )}
            </DataList>
          </Card>
        </Stack>
      </div>
    </>
  );
}

/** A rescan makes an alert of its own; one that was removed by its retention is no more. */
function AlertLink({ scan }: { readonly scan: ScanCard }): ReactElement | null {
  const alerts = useQuery({
    queryKey: [...queryKeys.alerts, 'of-scan', scan.id],
    queryFn: () => ask('GET', withQuery('/api/alerts', { scan: scan.id, limit: 1 })),
  });
  const alert = alerts.data?.items[0];
  if (alert === undefined) return null;
  return (
    <Anchor component={Link} href={`/alerts/${alert.id}`} size="sm" underline="always">
      Open alert {alert.id}
    </Anchor>
  );
}

function Course({ scan }: { readonly scan: ScanCard }): ReactElement {
  const { accepted, started, finished } = scan.times;
  const took = (from: string, to: string) => formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
  const reached = scan.rescanned !== null ? 3 : finished !== null ? 2 : started !== null ? 1 : 0;
  return (
    <Card title="Timeline">
      <Timeline bulletSize={14} lineWidth={2} active={reached}>
        <Timeline.Item title="Received">
          <Text size="xs" c="dimmed">
            <Moment at={accepted} />
          </Text>
          <Text size="sm">
            Queue: {queueNames[scan.queue] ?? scan.queue}, priority {scan.priority}
          </Text>
        </Timeline.Item>
        <Timeline.Item title={started === null ? 'Waits for a scanner' : 'Scan began'}>
          {started !== null && (
            <>
              <Text size="xs" c="dimmed">
                <Moment at={started} />
              </Text>
              <Text size="sm">waited {took(accepted, started)}</Text>
            </>
          )}
        </Timeline.Item>
        <Timeline.Item title={finished === null ? 'No verdict yet' : 'Verdict'}>
          {finished !== null && (
            <>
              <Text size="xs" c="dimmed">
                <Moment at={finished} />
              </Text>
              <Text size="sm">
                {took(accepted, finished)} after it was received
                {scan.scanner === null ? '' : `, by ${scan.scanner}`}
              </Text>
            </>
          )}
          {scan.attempts > 1 && <Text size="sm">{scan.attempts} attempts</Text>}
        </Timeline.Item>
        {scan.rescanned !== null && (
          <Timeline.Item
            title={`Newer signatures: ${scanStateWords[scan.rescanned.state].name.toLowerCase()}`}
          >
            <Text size="xs" c="dimmed">
              <Moment at={scan.rescanned.at} />
            </Text>
            <Text size="sm">before {scanStateWords[scan.rescanned.stateBefore].name.toLowerCase()}</Text>
          </Timeline.Item>
        )}
      </Timeline>
    </Card>
  );
}

function Rescan({ scan }: { readonly scan: ScanCard }): ReactElement | null {
  const client = useQueryClient();
  const isAdministrator = useIsAdministrator();
  const again = useMutation({
    mutationFn: () => ask('POST', `${scansPath}/${scan.id}/rescan`),
    onSuccess: () => notify('done', 'The object is being scanned again; the new scan is in the list.'),
    onError: (thrown) => notify('failed', `Not scanned again. ${describeProblem(thrown)}`),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.scans }),
  });
  if (!isAdministrator || scan.state === 'processing') return null;
  if (!scan.object.isKept)
    return (
      <Text size="sm" c="dimmed">
        The object is no longer kept.
      </Text>
    );
  return (
    <Button
      variant="default"
      leftSection={<RefreshIcon size={16} />}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      Scan again
    </Button>
  );
}
