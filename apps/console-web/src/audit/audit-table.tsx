import { Code, Table, Text, UnstyledButton } from '@mantine/core';
import type { AuditEntry } from '@sluice/console-api';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { ChevronDownIcon, ChevronRightIcon } from '../design/icons.js';
import '../lists/lists.css';
import { RemarkRow } from '../lists/remark-row.js';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { plural } from '../texts/formats.js';
import { Clock } from '../texts/moment.js';
import {
  describeAction,
  describeKey,
  describeTarget,
  differences,
  targetPath,
  type Difference,
} from './describe-entry.js';

const columns = 5;
const actorKinds: Readonly<Record<string, string>> = { token: 'API token', system: 'the console itself' };

export const AuditTable = ({ entries }: { readonly entries: readonly AuditEntry[] }): ReactElement => (
  <Table className="list-table is-stacking is-dense" aria-label="Audit log" horizontalSpacing={10}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th w={124}>When</Table.Th>
        <Table.Th w="17%">Who</Table.Th>
        <Table.Th w={160}>What</Table.Th>
        <Table.Th w={136}>Target</Table.Th>
        <Table.Th>Changes</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {entries.map((entry) => (
        <EntryRows key={entry.id} entry={entry} />
      ))}
    </Table.Tbody>
  </Table>
);

/** An entry in a line; its changes, whole and one below the other, when they are asked for. */
function EntryRows({ entry }: { readonly entry: AuditEntry }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const changes = differences(entry.before, entry.after);
  const who = [actorKinds[entry.actorKind] ?? 'operator', ...(entry.address === null ? [] : [entry.address])];
  const action = describeAction(entry.action);
  return (
    <>
      <Table.Tr>
        <Table.Td data-label="When">
          <Clock at={entry.at} />
        </Table.Td>
        <Table.Td data-label="Who">
          <div className="cell-text" title={revealText(`${entry.actor}\n${who.join(', ')}`)}>
            <strong>{entry.actor}</strong> <span className="quiet">{who.join(', ')}</span>
          </div>
        </Table.Td>
        <Table.Td data-label="What" className="col-name">
          <div className="cell-text" title={action}>
            {action}
          </div>
        </Table.Td>
        <Table.Td data-label="Target">
          <div className="cell-text" title={revealText(entry.target ?? '')}>
            <Target entry={entry} />
          </div>
        </Table.Td>
        <Table.Td data-label="Changes">
          {changes.length === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <div className="cell-line">
              <UnstyledButton
                className="fold"
                aria-label={`All of ${plural(changes.length, 'change')}, entry ${entry.id}`}
                aria-expanded={isOpen}
                onClick={() => setIsOpen(!isOpen)}
              >
                {isOpen ? <ChevronDownIcon size={14} /> : <ChevronRightIcon size={14} />}
                {changes.length}
              </UnstyledButton>
              <div className="audit-changes">
                {changes.map((one, index) => (
                  <span key={one.key} className="cell-text">
                    <Change change={one} />
                    {index < changes.length - 1 && '; '}
                  </span>
                ))}
              </div>
            </div>
          )}
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <RemarkRow columns={columns}>
          {changes.map((one) => (
            <Text key={one.key} size="sm" component="div">
              <Change change={one} />
            </Text>
          ))}
        </RemarkRow>
      )}
    </>
  );
}

function Target({ entry: { action, target } }: { readonly entry: AuditEntry }): ReactElement {
  if (target === null) return <span className="quiet">–</span>;
  const path = targetPath(action, target);
  const text = <ClaimedText text={describeTarget(action, target)} />;
  return path === null ? text : <Link href={path}>{text}</Link>;
}

const Change = ({ change: { key, before, after } }: { readonly change: Difference }): ReactElement => (
  <>
    {describeKey(key)}: {before !== null && <AuditValue text={before} />}
    {before !== null && after !== null && ' → '}
    {after !== null && <AuditValue text={after} />}
  </>
);

/** Names in it may be a caller's. */
const AuditValue = ({ text }: { readonly text: string }): ReactElement => (
  <Code>
    <ClaimedText text={text} />
  </Code>
);
