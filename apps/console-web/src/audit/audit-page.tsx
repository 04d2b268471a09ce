import { Button, Code, Select, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import type { AuditEntry } from '@sluice/console-api';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { withQuery } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { PagedList } from '../lists/paged-list.js';
import { SearchField } from '../lists/search-field.js';
import { TimeFields } from '../lists/time-fields.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { AuditIcon, DownloadIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { ClaimedText } from '../texts/claimed-text.js';
import { Moment } from '../texts/moment.js';
import { actionChoices, describeAction, describeKey, differences, targetPath } from './describe-entry.js';

const filterKeys = ['actor', 'action', 'target', 'from', 'until'] as const;

export function AuditPage(): ReactElement {
  const { filter, change, clear, isFiltered } = useAddressFilter(filterKeys);
  const pages = useCursorPages<AuditEntry>({
    key: queryKeys.audit,
    path: '/api/audit',
    filter,
    refreshMs: 30_000,
  });
  return (
    <>
      <PageHead
        title="Audit log"
        actions={
          <Button
            component="a"
            variant="default"
            leftSection={<DownloadIcon size={16} />}
            href={withQuery('/api/audit-export', filter)}
            download
          >
            Export CSV
          </Button>
        }
      >
        Every change: who made it, when, from where, and what was before and after.
      </PageHead>
      <Card isFlush>
        <div className="filter-bar" role="search" aria-label="Filter the audit log">
          <SearchField
            label="Target"
            placeholder="Target: an ID, a setting, an operator"
            value={filter.target}
            onChange={(target) => change({ target })}
          />
          <TextInput
            size="sm"
            className="filter-choice"
            aria-label="Who"
            placeholder="Anyone"
            maxLength={128}
            value={filter.actor ?? ''}
            onChange={(event) => change({ actor: event.currentTarget.value })}
          />
          <Select
            size="sm"
            className="filter-choice"
            aria-label="What"
            placeholder="Any action"
            clearable
            searchable
            nothingFoundMessage="No such action"
            comboboxProps={{ width: 340, position: 'bottom-start' }}
            value={filter.action}
            data={actionChoices}
            onChange={(action) => change({ action })}
          />
          <TimeFields from={filter.from} until={filter.until} change={change} />
          {isFiltered && (
            <Button variant="subtle" color="gray" onClick={clear}>
              Clear
            </Button>
          )}
        </div>
        <PagedList
          pages={pages}
          what="the audit log"
          empty={{
            icon: <AuditIcon size={28} />,
            title: isFiltered ? 'No entry fits' : 'Nothing was changed yet',
          }}
        >
          {(entries) => (
            <Table className="list-table is-stacking is-roomy" aria-label="Audit log">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Who</Table.Th>
                  <Table.Th>What</Table.Th>
                  <Table.Th>Target</Table.Th>
                  <Table.Th>Changes</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {entries.map((entry) => (
                  <EntryRow key={entry.id} entry={entry} />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </PagedList>
      </Card>
    </>
  );
}

function EntryRow({ entry }: { readonly entry: AuditEntry }): ReactElement {
  return (
    <Table.Tr>
      <Table.Td data-label="When">
        <Moment at={entry.at} />
      </Table.Td>
      <Table.Td data-label="Who">
        <div>
          <strong>{entry.actor}</strong>
          <div className="quiet">
            {entry.actorKind === 'token'
              ? 'API token'
              : entry.actorKind === 'system'
                ? 'the console itself'
                : 'operator'}
            {entry.address !== null && `, ${entry.address}`}
          </div>
        </div>
      </Table.Td>
      <Table.Td data-label="What">{describeAction(entry.action)}</Table.Td>
      <Table.Td data-label="Target">
        <div className="cell-text">
          <Target entry={entry} />
        </div>
      </Table.Td>
      <Table.Td data-label="Changes">
        <Changes entry={entry} />
      </Table.Td>
    </Table.Tr>
  );
}

function Target({ entry: { action, target } }: { readonly entry: AuditEntry }): ReactElement {
  if (target === null) return <span className="quiet">–</span>;
  const path = targetPath(action, target);
  const text = <ClaimedText text={target} />;
  return path === null ? text : <Link href={path}>{text}</Link>;
}

/** Names in it may be a caller's. */
const AuditValue = ({ text }: { readonly text: string }): ReactElement => (
  <Code>
    <ClaimedText text={text} />
  </Code>
);

const shownAtOnce = 3;

function Changes({ entry }: { readonly entry: AuditEntry }): ReactElement {
  const [isAll, setIsAll] = useState(false);
  const lines = differences(entry.before, entry.after);
  if (lines.length === 0) return <span className="quiet">–</span>;
  return (
    <div className="cell-text">
      {(isAll ? lines : lines.slice(0, shownAtOnce)).map((line) => (
        <Text key={line.key} size="xs" component="div">
          {describeKey(line.key)}: {line.before !== null && <AuditValue text={line.before} />}
          {line.before !== null && line.after !== null && ' → '}
          {line.after !== null && <AuditValue text={line.after} />}
        </Text>
      ))}
      {lines.length > shownAtOnce && (
        <UnstyledButton className="fold" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
          {isAll ? 'Fewer' : `${lines.length - shownAtOnce} more`}
        </UnstyledButton>
      )}
    </div>
  );
}
