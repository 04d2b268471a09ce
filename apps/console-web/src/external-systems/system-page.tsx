import { Anchor, Badge, Breadcrumbs, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { ask, withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useIsAdministrator } from '../api/session-state.js';
import { Card } from '../design/card.js';
import { PageHead } from '../design/page-head.js';
import { ListFailed, ListLoading } from '../lists/list-states.js';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { formatDate } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import { CopyAction } from '../texts/copy-action.js';
import { Fingerprint } from '../texts/fingerprint.js';
import { WordBadge } from '../texts/word-badge.js';
import { importanceWords, scanStateWords } from '../texts/words.js';
import { stateWords, type ExternalSystem } from './external-system.js';
import { IntegrationGuide } from './integration-guide.js';
import { SystemDialogs, type SystemAction } from './system-dialogs.js';
import { SystemFacts, SystemNumbers } from './system-facts.js';
import './systems.css';
import { useExternalSystems } from './systems-query.js';

/** One external system: its certificates, what it may, what it sent, and how to connect it. */
export function SystemPage({ params }: { readonly params: { readonly id: string } }): ReactElement {
  const systems = useExternalSystems();
  const system = systems.data?.find((one) => one.id === params.id);
  if (system !== undefined) return <OneSystem key={system.id} system={system} systems={systems.data ?? []} />;
  if (systems.data !== undefined)
    return (
      <PageHead title="No such external system">
        It was deleted, or never was.{' '}
        <Anchor component={Link} href="/external-systems" underline="always">
          All external systems
        </Anchor>
      </PageHead>
    );
  return (
    <>
      <PageHead title="External system" />
      <Card isFlush>
        {systems.isError ? (
          <ListFailed problem={systems.error} onRetry={() => void systems.refetch()} />
        ) : (
          <ListLoading what="the external system" />
        )}
      </Card>
    </>
  );
}

interface OneProps {
  readonly system: ExternalSystem;
  readonly systems: readonly ExternalSystem[];
}

function OneSystem({ system, systems }: OneProps): ReactElement {
  const [action, setAction] = useState<SystemAction | null>(null);
  const { name, sensorId } = system;
  return (
    <>
      <Breadcrumbs mb="xs" separator="›">
        <Anchor component={Link} href="/external-systems" size="sm">
          External systems
        </Anchor>
        <Text size="sm">{sensorId}</Text>
      </Breadcrumbs>
      <PageHead
        title={revealText(name === null || name === '' ? sensorId : name)}
        actions={<Actions system={system} onAct={setAction} />}
      >
        <Group component="span" gap={8} mt={4}>
          <Badge component="span" color={stateWords[system.state].color}>
            {stateWords[system.state].name}
          </Badge>
          <span>{stateWords[system.state].means}</span>
        </Group>
      </PageHead>
      <div className="two-columns">
        <Stack gap="md">
          <Certificates certificates={systems.filter((one) => one.sensorId === sensorId)} />
          <IntegrationGuide sensorId={sensorId} />
        </Stack>
        <Stack gap="md">
          <SystemNumbers system={system} />
          <SystemFacts system={system} />
          <LatestAlerts system={system} />
          <LatestScans system={system} />
        </Stack>
      </div>
      <SystemDialogs
        action={action}
        systems={systems}
        onClose={() => setAction(null)}
        onDone={() => undefined}
      />
    </>
  );
}

interface ActionsProps {
  readonly system: ExternalSystem;
  readonly onAct: (action: SystemAction) => void;
}

function Actions({ system, onAct }: ActionsProps): ReactElement | null {
  if (!useIsAdministrator()) return null;
  return (
    <Group gap="xs">
      {(system.state === 'pending' || system.state === 'rejected') && (
        <Button onClick={() => onAct({ kind: 'accept', system })}>Accept</Button>
      )}
      {system.state !== 'pending' && system.state !== 'replaced' && (
        <Button variant="default" onClick={() => onAct({ kind: 'edit', system })}>
          Edit name, type, limits and policy
        </Button>
      )}
      {(system.state === 'pending' || system.state === 'accepted') && (
        <Button variant="default" onClick={() => onAct({ kind: 'reject', systems: [system] })}>
          Reject
        </Button>
      )}
      <Button variant="light" color="red" onClick={() => onAct({ kind: 'delete', systems: [system] })}>
        Delete
      </Button>
    </Group>
  );
}

const Certificates = ({
  certificates,
}: {
  readonly certificates: readonly ExternalSystem[];
}): ReactElement => (
  <Card title="Certificates">
    <Stack gap="md">
      {certificates.map((one) => (
        <section key={one.id} aria-label={`Certificate ${one.certificateFingerprint.slice(0, 11)}`}>
          <Group gap="xs">
            <Badge color={stateWords[one.state].color}>{stateWords[one.state].name}</Badge>
            <Text size="sm">
              {one.certificateNotAfter === null
                ? 'End not known'
                : `Until ${formatDate(one.certificateNotAfter)}`}
              {one.decidedBy !== null && `, decided by ${one.decidedBy}`}
            </Text>
          </Group>
          <Group gap={4} wrap="nowrap">
            <Fingerprint value={one.certificateFingerprint} />
            <CopyAction value={one.certificateFingerprint} what="the fingerprint" />
          </Group>
          {one.certificateSubject !== null && (
            <Text size="xs" c="dimmed">
              <ClaimedText text={one.certificateSubject} />
            </Text>
          )}
        </section>
      ))}
    </Stack>
  </Card>
);

const shown = 5;

function LatestAlerts({ system }: { readonly system: ExternalSystem }): ReactElement {
  const { registrationId } = system;
  const filter = { registrationId };
  const alerts = useQuery({
    queryKey: [...queryKeys.alerts, 'of-system', registrationId],
    queryFn: () => ask('GET', withQuery('/api/alerts', { ...filter, limit: shown })),
    enabled: registrationId !== null,
  });
  return (
    <Latest title="Latest alerts" none="No alerts." all={withQuery('/alerts', filter)}>
      {(alerts.data?.items ?? []).map((one) => ({
        key: String(one.id),
        to: `/alerts/${one.id}`,
        text: one.names[0] ?? `Alert ${one.id}`,
        at: one.createdAt,
        word: importanceWords[one.importance],
      }))}
    </Latest>
  );
}

function LatestScans({ system }: { readonly system: ExternalSystem }): ReactElement {
  const { registrationId, sensorId } = system;
  const scans = useQuery({
    queryKey: [...queryKeys.scans, 'of-system', registrationId],
    queryFn: () => ask('GET', withQuery('/api/scans', { registrationId, limit: shown })),
    enabled: registrationId !== null,
  });
  return (
    <Latest title="Latest scans" none="No scans." all={withQuery('/scans', { sensorId })}>
      {(scans.data?.items ?? []).map((one) => ({
        key: one.id,
        to: `/scans/${one.id}`,
        text: one.object.name ?? 'No name given',
        at: one.times.accepted,
        word: scanStateWords[one.state],
      }))}
    </Latest>
  );
}

interface LatestItem {
  readonly key: string;
  readonly to: string;
  readonly text: string;
  readonly at: string;
  readonly word: { readonly name: string; readonly color: string };
}

interface LatestProps {
  readonly title: string;
  readonly none: string;
  readonly all: string;
  readonly children: readonly LatestItem[];
}

const Latest = ({ title, none, all, children }: LatestProps): ReactElement => (
  <Card
    title={title}
    aside={
      children.length > 0 && (
        <Anchor component={Link} href={all} size="sm" aria-label={`All: ${title.toLowerCase()}`}>
          All
        </Anchor>
      )
    }
  >
    {children.length === 0 && (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )}
    <Stack gap={6}>
      {children.map((one) => (
        <Group key={one.key} justify="space-between" gap="xs">
          <Anchor component={Link} href={one.to} size="sm" className="wrapping">
            <ClaimedText text={one.text} />
          </Anchor>
          <Group gap={8} wrap="nowrap">
            <Text size="xs" c="dimmed">
              <Clock at={one.at} />
            </Text>
            <WordBadge word={one.word} />
          </Group>
        </Group>
      ))}
    </Stack>
  </Card>
);
