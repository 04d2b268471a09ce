import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  Group,
  Menu,
  Table,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Link } from 'wouter';
import { ChevronDownIcon, ChevronRightIcon, DotsIcon, TrashIcon } from '../design/icons.js';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { CopyAction } from '../texts/copy-action.js';
import { formatAgo, formatDate, formatTime, plural } from '../texts/formats.js';
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
        {others.length}
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
      <Table.Td data-label="Address" className="col-widest">
        <div className="cell-text" title={system.sensor ?? ''}>
          {system.sensor ?? <span className="quiet">Not seen yet</span>}
        </div>
      </Table.Td>
      <Table.Td data-label="Type" className="col-wide">
        {typeNames[system.type]}
        {system.state === 'pending' && <div className="system-note">self-declared</div>}
      </Table.Td>
      <Table.Td data-label="Name" className="col-name">
        <div className="cell-text" title={revealText(system.name ?? '')}>
          {system.name === null || system.name === '' ? '–' : <ClaimedText text={system.name} />}
        </div>
      </Table.Td>
      <Table.Td data-label="ID" className="col-name">
        <div className="cell-line">
          <div className="cell-text" title={system.sensorId}>
            <Link href={`/external-systems/${system.id}`} className="row-link">
              {system.sensorId}
            </Link>
          </div>
          {fold}
        </div>
      </Table.Td>
      <Table.Td data-label="Certificate fingerprint" className="col-widest">
        <ShortFingerprint value={system.certificateFingerprint} of={label} />
      </Table.Td>
      <Table.Td data-label="Expires">
        <Expiry system={system} />
      </Table.Td>
      <Table.Td data-label="State">
        <SystemState system={system} />
      </Table.Td>
      <Table.Td data-label="Connection" className="col-wide">
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

/** The first bytes tell certificates apart; the whole is on hover, in the copy and on the system's own page. */
const ShortFingerprint = ({ value, of }: { readonly value: string; readonly of: string }): ReactElement => (
  <div className="cell-line">
    <span className="fingerprint" title={value}>
      {value.slice(0, 11)}…
    </span>
    <CopyAction value={value} what={`the fingerprint of ${of}`} />
  </div>
);

function SystemState({ system }: { readonly system: ExternalSystem }): ReactElement {
  const words = stateWords[system.state];
  const isReused = system.usedBefore && !system.idInUse && system.state === 'pending';
  return (
    <div title={words.means}>
      <Badge color={words.color}>{words.name}</Badge>
      {system.idInUse && <div className="system-note is-warning">ID in use</div>}
      {isReused && <div className="system-note is-warning">ID was used before</div>}
    </div>
  );
}

function Connection({ system }: { readonly system: ExternalSystem }): ReactElement {
  if (system.lastSeenAt === null) return <span className="quiet">Never called</span>;
  const isServed = system.lastAnswer !== null && system.lastAnswer < 400;
  const answer =
    system.lastAnswer === null
      ? 'No response yet'
      : `Last response ${system.lastAnswer}${isServed ? '' : ' (refused)'}`;
  const details = [answer, system.tlsVersion?.replace('v', ' ') ?? null].filter((part) => part !== null);
  return (
    <div title={details.join(' · ')}>
      <div className="cell-text">
        <TimeAgo at={system.lastSeenAt} />
      </div>
      {system.lastAnswer !== null && !isServed && (
        <div className="system-note">{system.lastAnswer} refused</div>
      )}
    </div>
  );
}

function Expiry({ system }: { readonly system: ExternalSystem }): ReactElement {
  const nowMs = useNowMs();
  const warning = expiryWarning(system, nowMs);
  const { certificateNotAfter } = system;
  if (certificateNotAfter === null) return <span className="quiet">Not known</span>;
  const day = formatDate(certificateNotAfter);
  if (warning === null) return <span className="numbers">{day}</span>;
  const when = formatAgo(certificateNotAfter, nowMs);
  return (
    <div title={formatTime(certificateNotAfter)}>
      <Text span fz="inherit" c={warning === 'expired' ? 'red' : 'orange'} className="warning-text numbers">
        {day}
      </Text>
      <div className="system-note">{warning === 'expired' ? `expired ${when}` : when}</div>
    </div>
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
        <Button
          size="compact-xs"
          aria-label={`Accept ${label}`}
          onClick={() => onAct({ kind: 'accept', system })}
        >
          Accept
        </Button>
      )}
      {canReject && (
        <Button
          size="compact-xs"
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
          size={26}
          aria-label={`Delete ${label}`}
          onClick={() => onAct({ kind: 'delete', systems: [system] })}
        >
          <TrashIcon size={15} />
        </ActionIcon>
      </Tooltip>
      {!canReject && system.state !== 'replaced' && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={26} aria-label={`More for ${label}`}>
              <DotsIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onAct({ kind: 'edit', system })}>
              Edit name, type, limits and policy
            </Menu.Item>
            {system.state === 'accepted' && system.type === 'mail' && (
              <Menu.Item onClick={() => onAct({ kind: 'mail-policy', system })}>
                What it does with mail
              </Menu.Item>
            )}
            {system.state === 'accepted' && (
              <Menu.Item onClick={() => onAct({ kind: 'clamd-policy', system })}>
                What it answers to clamd’s clients
              </Menu.Item>
            )}
            {system.state === 'accepted' && (
              <Menu.Item onClick={() => onAct({ kind: 'reject', systems: [system] })}>Reject</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
