import { Anchor, Breadcrumbs, Button, Code, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../api/api-problem.js';
import { useCanHandleAlerts } from '../api/session-state.js';
import { AlertDeliveries } from '../notifications/deliveries/alert-deliveries.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import '../lists/lists.css';
import { Card } from '../design/card.js';
import { DownloadIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { WhatBecame } from '../quarantine/what-became.js';
import { revealText } from '../texts/claimed-text.js';
import { Detections, EngineRuns } from '../texts/engine-runs.js';
import { NotExamined, PolicyNote } from '../texts/not-examined.js';
import { RescannedNote } from '../texts/rescanned-note.js';
import { ReusedNote } from '../texts/reused-note.js';
import { ObjectFacts } from '../texts/object-facts.js';
import { WordBadge } from '../texts/word-badge.js';
import { alertStateWords, dispositionNames, importanceWords } from '../texts/words.js';
import type { AlertCard } from './alert.js';
import { AlertHandling } from './alert-handling.js';
import { AlertMail } from './alert-mail.js';
import { AlertTimeline } from './alert-timeline.js';
import { alertsPath, useAlert } from './alerts-query.js';
import './alerts.css';
import { useNeighbours, useOpenCard } from './list-order.js';
import { NeighbourLinks } from './neighbour-links.js';
import { RelatedAlerts } from './related-alerts.js';

export function AlertPage({ params }: { readonly params: { readonly id: string } }): ReactElement {
  const alert = useAlert(params.id);
  useOpenCard(Number(params.id));
  const neighbours = useNeighbours(Number(params.id));
  // What was typed for one alert is nothing for the next.
  if (alert.data !== undefined) return <OneAlert key={alert.data.id} alert={alert.data} />;
  if (alert.error instanceof ApiProblem && alert.error.status === 404)
    return (
      <PageHead title={`No alert ${params.id}`}>
        It was removed after its retention, or never was.{' '}
        <Anchor component={Link} href="/alerts" underline="always">
          All alerts
        </Anchor>
      </PageHead>
    );
  return (
    <>
      {/* Whoever pages through cards does not wait for each. */}
      <PageHead title={`Alert ${params.id}`} actions={<NeighbourLinks neighbours={neighbours} />} />
      <Card isFlush>
        {alert.isError ? (
          <ListFailed problem={alert.error} onRetry={() => void alert.refetch()} />
        ) : (
          <ListLoading what="the alert" />
        )}
      </Card>
    </>
  );
}

function OneAlert({ alert }: { readonly alert: AlertCard }): ReactElement {
  const canHandle = useCanHandleAlerts();
  const neighbours = useNeighbours(alert.id);
  return (
    <>
      <Breadcrumbs mb="xs" separator="›">
        <Anchor component={Link} href={neighbours.list} size="sm">
          Alerts
        </Anchor>
        <Text size="sm">Alert {alert.id}</Text>
      </Breadcrumbs>
      <PageHead
        title={revealText(alert.names[0] ?? `Alert ${alert.id}`)}
        actions={
          <Group gap="xs">
            {canHandle && alert.object.isKept && (
              <Button
                component="a"
                variant="default"
                href={`${alertsPath}/${alert.id}/object`}
                download
                leftSection={<DownloadIcon size={16} />}
              >
                Download object
              </Button>
            )}
            <NeighbourLinks neighbours={neighbours} />
          </Group>
        }
      >
        <Group component="span" gap={8} mt={4}>
          <WordBadge word={importanceWords[alert.importance]} />
          <WordBadge word={alertStateWords[alert.state]} />
          {alert.disposition !== null && <span>{dispositionNames[alert.disposition]}</span>}
          <span>
            {alert.source === 'mail' ? 'In mail through' : 'In an object from'}{' '}
            <strong>
              {revealText(
                alert.systemName === null || alert.systemName === '' ? alert.sensorId : alert.systemName,
              )}
            </strong>
          </span>
        </Group>
      </PageHead>
      <div className="two-columns has-lead">
        <AlertHandling alert={alert} />
        <Stack gap="md">
          <PolicyNote applied={alert.policyApplied} />
          <RescannedNote rescanned={alert.rescanned} />
          <ReusedNote reused={alert.reused} />
          <Card title="What was detected" isFlush>
            <Detections detections={alert.detections} total={alert.detectionsTotal} />
          </Card>
          <NotExamined places={alert.notExamined} total={alert.notExaminedTotal} />
          <WhatBecame
            state={alert.policyApplied?.state ?? 'detect'}
            reason={null}
            notExamined={alert.notExamined}
            type={alert.source}
            registrationId={alert.registrationId}
            kept={alert.kept}
          />
          <Card title="Object">
            <ObjectFacts object={alert.object} />
            {canHandle && alert.object.isKept && (
              <Text size="sm" c="dimmed" mt="md">
                The download is an encrypted ZIP archive, so that nothing opens it by accident. Its password:{' '}
                <Code>infected</Code>
              </Text>
            )}
          </Card>
          {alert.mail !== null && <AlertMail mail={alert.mail} />}
          <Card title="Engines" isFlush>
            <EngineRuns runs={alert.engines} />
          </Card>
        </Stack>
        <Stack gap="md">
          <AlertTimeline alert={alert} />
          <AlertDeliveries alertId={alert.id} />
          <RelatedAlerts alert={alert} />
        </Stack>
      </div>
    </>
  );
}
