import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  Group,
  Menu,
  Stack,
  Table,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { ChevronDownIcon, ChevronRightIcon, DotsIcon, TrashIcon } from '../design/icons.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { CopyAction } from '../texts/copy-action.js';
import { Fingerprint } from '../texts/fingerprint.js';
import { formatDate, plural } from '../texts/formats.js';
import { TimeAgo, useNowMs } from '../texts/moment.js';
import { expiryWarning, stateWords, typeNames, type ExternalSystem } from './external-system.js';
import type { SystemEntry } from './fold-systems.js';
import type { SystemAction } from './system-dialogs.js';

interface RowsProps {
  readonly entry: SystemEntry;
  readonly isAdministrator: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (ids: readonly string[], isOn: boolean) => void;
  readonly onAct: (action: SystemAction) => void;
}

/** An ID: its foremost certificate as a row, the others folded under it. */
export function ServerListRows(props: RowsProps): ReactElement {
  const [first, ...others] = props.entry.certificates;
  // A second request for the same ID must not hide in a fold.
  const hasHiddenRequest = others.some((one) => one.state === 'pending');
  const [isUnfolded, setIsUnfolded] = useState<boolean | null>(null);
  const isOpen = isUnfolded ?? (hasHiddenRequest || first.state === 'pending');
  const fold =
    others.length === 0 ? null : (
      <UnstyledButton
        className="fold"
        aria-label={`${plural(others.length, 'more certificate')} of ${first.sensorId}`}
        aria-expanded={isOpen}
        onClick={() => setIsUnfolded(!isOpen)}
      >
        {isOpen ? <ChevronDownIcon size={14} /> : <ChevronRightIcon size={14} />}
        {others.length} more
      </UnstyledButton>
    );
  return (
    <>
      <SystemRow {...props} system={first} fold={fold} />
      {isOpen && others.map((system) => <SystemRow key={system.id} {...props} system={system} isFolded />)}
    </>
  );
}

interface RowProps extends RowsProps {
  readonly system: ExternalSystem;
  readonly fold?: ReactNode;
  readonly isFolded?: boolean;
}

function SystemRow({ system, fold, isFolded = false, ...props }: RowProps): ReactElement {
  const label = `${system.sensorId}, ${system.certificateFingerprint.slice(0, 11)}`;
  return (
    <Table.Tr
      className={isFolded ? 'row-folded' : undefined}
      data-state={system.state}
      data-certificate={system.id}
    >
      {props.isAdministrator && (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={`Select ${label}`}
            checked={props.selected.has(system.id)}
            onChange={(event) => props.onSelect([system.id], event.currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td data-label="Sensor">
        <div className="system-sensor">{system.sensor ?? <span className="quiet">Not seen yet</span>}</div>
      </Table.Td>
      <Table.Td data-label="Type">
        <div className="system-type">
          {typeNames[system.type]}
          {system.state === 'pending' && (
            <Text size="xs" c="dimmed">
              self-declared
            </Text>
          )}
        </div>
      </Table.Td>
      <Table.Td data-label="Name">
        <div className="system-name">
          {system.name === null || system.name === '' ? '–' : <ClaimedText text={system.name} />}
        </div>
      </Table.Td>
      <Table.Td data-label="ID">
        <Stack gap={2} align="flex-start">
          <span className="system-id">{system.sensorId}</span>
          {fold}
        </Stack>
      </Table.Td>
      <Table.Td data-label="Certificate fingerprint">
        <div>
          <Group gap={4} wrap="nowrap" className="system-fingerprint">
            <Fingerprint value={system.certificateFingerprint} />
            <CopyAction value={system.certificateFingerprint} what={`the fingerprint of ${label}`} />
          </Group>
          <ExpiryNote system={system} />
        </div>
      </Table.Td>
      <Table.Td data-label="State">
        <SystemState system={system} />
      </Table.Td>
      <Table.Td data-label="Connection">
        <Connection system={system} />
      </Table.Td>
      {props.isAdministrator && (
        <Table.Td className="cell-actions">
          <RowActions system={system} label={label} onAct={props.onAct} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function SystemState({ system }: { readonly system: ExternalSystem }): ReactElement {
  const words = stateWords[system.state];
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={words.color}>{words.name}</Badge>
      {system.state !== 'accepted' && (
        <Text size="xs" c="dimmed" className="system-means">
          {words.means}
        </Text>
      )}
      {system.idInUse && (
        <Badge color="red" variant="filled">
          ID in use
        </Badge>
      )}
      {system.usedBefore && !system.idInUse && system.state === 'pending' && (
        <Text size="xs" fw={600}>
          The ID was used before
        </Text>
      )}
    </Stack>
  );
}

function Connection({ system }: { readonly system: ExternalSystem }): ReactElement {
  if (system.lastSeenAt === null) return <span className="quiet">Never called</span>;
  const isServed = system.lastAnswer !== null && system.lastAnswer < 400;
  return (
    <Stack gap={0}>
      <TimeAgo at={system.lastSeenAt} />
      <Text size="xs" c="dimmed" className="system-answer">
        {system.lastAnswer === null
          ? 'No response yet'
          : `Last response ${system.lastAnswer}${isServed ? '' : ' (refused)'}`}
        {system.tlsVersion === null ? '' : ` · ${system.tlsVersion.replace('v', ' ')}`}
      </Text>
    </Stack>
  );
}

function ExpiryNote({ system }: { readonly system: ExternalSystem }): ReactElement | null {
  const warning = expiryWarning(system, useNowMs());
  if (warning === null || system.certificateNotAfter === null) return null;
  return (
    <Text size="xs" c={warning === 'expired' ? 'red' : 'orange'} className="warning-text">
      {warning === 'expired' ? 'Expired on' : 'Expires on'} {formatDate(system.certificateNotAfter)}
    </Text>
  );
}

interface ActionsProps {
  readonly system: ExternalSystem;
  readonly label: string;
  readonly onAct: (action: SystemAction) => void;
}

function RowActions({ system, label, onAct }: ActionsProps): ReactElement {
  const canAccept = system.state === 'pending' || system.state === 'rejected';
  const canReject = system.state === 'pending';
  return (
    <Group gap={6} justify="flex-end" wrap="nowrap" className="row-actions">
      {canAccept && (
        <Button size="xs" aria-label={`Accept ${label}`} onClick={() => onAct({ kind: 'accept', system })}>
          Accept
        </Button>
      )}
      {canReject && (
        <Button
          size="xs"
          variant="default"
          aria-label={`Reject ${label}`}
          onClick={() => onAct({ kind: 'reject', systems: [system] })}
        >
          Reject
        </Button>
      )}
      <Tooltip label="Delete">
        <ActionIcon
          variant="light"
          color="red"
          size={30}
          aria-label={`Delete ${label}`}
          onClick={() => onAct({ kind: 'delete', systems: [system] })}
        >
          <TrashIcon size={16} />
        </ActionIcon>
      </Tooltip>
      {!canReject && system.state !== 'replaced' && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`More for ${label}`}>
              <DotsIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onAct({ kind: 'edit', system })}>
              Edit name, type, limits and policy
            </Menu.Item>
            {system.state === 'accepted' && (
              <Menu.Item onClick={() => onAct({ kind: 'reject', systems: [system] })}>Reject</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
