import { ActionBar, Button, Text } from '@mantine/core';
import type { Quarantined } from '@sluice/console-api';
import { useState, type ReactElement } from 'react';
import { queryKeys } from '../api/query-keys.js';
import { useCanHandleAlerts, useSession } from '../api/session-state.js';
import { Card } from '../design/card.js';
import { QuarantineIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { PagedList } from '../lists/paged-list.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { formatNumber } from '../texts/formats.js';
import { DeleteDialog } from './delete-dialog.js';
import { quarantineFilterKeys, quarantinePath } from './quarantine-filter.js';
import { QuarantineFilters } from './quarantine-filters.js';
import { QuarantineTable } from './quarantine-table.js';
import { ReadMailDialog } from './read-mail-dialog.js';
import { RefuseDialog } from './refuse-dialog.js';
import { ReleaseAttemptsDialog } from './release-attempts-dialog.js';
import { ReleaseDialog } from './release-dialog.js';

/** Often enough to watch a release arrive. */
const refreshMs = 5000;
const nothing: ReadonlySet<string> = new Set();

export function QuarantinePage(): ReactElement {
  const { filter, change, clear, isFiltered } = useAddressFilter(quarantineFilterKeys);
  const pages = useCursorPages<Quarantined>({
    key: queryKeys.quarantine,
    path: quarantinePath,
    filter,
    refreshMs,
  });
  const [selected, setSelected] = useState(nothing);
  const [asked, setAsked] = useState<'release' | 'refuse' | 'delete' | null>(null);
  const [read, setRead] = useState<Quarantined | null>(null);
  const [attemptsOf, setAttemptsOf] = useState<string | null>(null);
  const canHandle = useCanHandleAlerts();
  const canRead = useSession().canReadMail === true;
  // Of this page: what left it by itself is no longer meant.
  const chosen = (pages.items ?? []).filter(({ id }) => selected.has(id));
  const shown = pages.items?.find(({ id }) => id === attemptsOf);
  const close = (isDone: boolean) => {
    setAsked(null);
    if (isDone) setSelected(nothing);
  };
  return (
    <>
      <PageHead title="Quarantine">
        What was detected or could not be examined, for as long as it is kept. Mail can be released to those
        it was sent to.
      </PageHead>
      <Card isFlush>
        <QuarantineFilters filter={filter} change={change} clear={clear} isFiltered={isFiltered} />
        <PagedList
          pages={pages}
          what="what is kept"
          empty={{
            icon: <QuarantineIcon size={28} />,
            title: isFiltered ? 'Nothing fits' : 'Nothing is kept',
            advice: isFiltered ? (
              <Button mt="md" variant="light" onClick={clear}>
                Show everything
              </Button>
            ) : (
              'What is detected or not examined is kept here until its retention is over.'
            ),
          }}
        >
          {(items) => (
            <QuarantineTable
              items={items}
              canSelect={canHandle}
              selected={selected}
              onSelect={setSelected}
              onRead={canRead ? setRead : null}
              onAttempts={({ id }) => setAttemptsOf(id)}
            />
          )}
        </PagedList>
      </Card>
      <ActionBar opened={chosen.length > 0} aria-label="Selected objects" className="alert-actions">
        <Text size="sm" fw={600}>
          {formatNumber(chosen.length)} selected
        </Text>
        <Button size="xs" onClick={() => setAsked('release')}>
          Release
        </Button>
        {chosen.some(({ hold }) => hold?.state === 'held') && (
          <Button size="xs" variant="light" onClick={() => setAsked('refuse')}>
            Refuse
          </Button>
        )}
        <Button size="xs" variant="light" color="red" onClick={() => setAsked('delete')}>
          Delete
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={() => setSelected(nothing)}>
          Clear selection
        </Button>
      </ActionBar>
      {asked === 'release' && chosen.length > 0 && <ReleaseDialog items={chosen} onClose={close} />}
      {asked === 'refuse' && chosen.length > 0 && <RefuseDialog items={chosen} onClose={close} />}
      {shown !== undefined && shown.release !== null && (
        <ReleaseAttemptsDialog item={shown} release={shown.release} onClose={() => setAttemptsOf(null)} />
      )}
      {read !== null && <ReadMailDialog item={read} onClose={() => setRead(null)} />}
      {asked === 'delete' && chosen.length > 0 && <DeleteDialog items={chosen} onClose={close} />}
    </>
  );
}
