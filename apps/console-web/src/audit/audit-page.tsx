import { Button, Select, TextInput } from '@mantine/core';
import type { AuditEntry } from '@sluice/console-api';
import type { ReactElement } from 'react';
import { queryKeys } from '../api/query-keys.js';
import { ExportButton } from '../lists/export-button.js';
import { PagedList } from '../lists/paged-list.js';
import { SearchField } from '../lists/search-field.js';
import { TimeFields } from '../lists/time-fields.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { AuditIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { AuditTable } from './audit-table.js';
import { actionChoices } from './describe-entry.js';

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
      <PageHead title="Audit log" actions={<ExportButton path="/api/audit-export" filter={filter} />}>
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
          {(entries) => <AuditTable entries={entries} />}
        </PagedList>
      </Card>
    </>
  );
}
