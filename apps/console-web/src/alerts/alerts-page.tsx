import { Anchor, Button, Group, Text } from '@mantine/core';
import type { AlertGrouping } from '@sluice/console-api';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { FirstScan } from '../external-systems/first-request.js';
import { queryKeys } from '../api/query-keys.js';
import { useCanHandleAlerts } from '../api/session-state.js';
import { useLiveState } from '../events/live-state.js';
import { ExportButton } from '../lists/export-button.js';
import { LiveSwitch } from '../lists/live-switch.js';
import { PagedList } from '../lists/paged-list.js';
import { useAddressFilter } from '../lists/use-address-filter.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { AlertIcon } from '../design/icons.js';
import { PageHead } from '../design/page-head.js';
import { alertFilterKeys, type AlertRow } from './alert.js';
import { AlertActions, type Selection } from './alert-actions.js';
import { AlertFilters } from './alert-filters.js';
import { alertsPath } from './alerts-query.js';
import { AlertGroups, groupingNames } from './alert-groups.js';
import { AlertTable } from './alert-table.js';
import './alerts.css';
import { useCardBefore, useRememberedOrder } from './list-order.js';
import { SavedViews } from './saved-views.js';
import { SearchNote } from './search-note.js';
import { useAlertTotal } from './use-alert-total.js';
import { useTriage } from './use-triage.js';

const groupings = Object.keys(groupingNames) as AlertGrouping[];

const nothing: Selection = { ids: new Set(), isAll: false };

export function AlertsPage(): ReactElement {
  const address = useAddressFilter(alertFilterKeys);
  const { filter: grouped, change: changeGroup } = useAddressFilter(['group']);
  const group = groupings.find((one) => one === grouped.group) ?? null;
  const pages = useCursorPages<AlertRow>({
    key: queryKeys.alerts,
    path: alertsPath,
    filter: address.filter,
    refreshMs: 20_000,
  });
  const [selection, setSelection] = useState<Selection>(nothing);
  const [isPausedByHand, setIsPausedByHand] = useState(false);
  const isPaused = isPausedByHand || selection.ids.size > 0 || selection.isAll;
  const shown = useHeldItems(pages.items, isPaused, `${address.text} ${pages.pageNumber}`);
  const canHandle = useCanHandleAlerts();
  const clearSelection = () => setSelection(nothing);
  useEffect(clearSelection, [address.text]);
  const triage = useTriage({
    selection,
    filter: address.filter,
    alerts: shown ?? [],
    onDone: clearSelection,
  });
  useRememberedOrder(shown, address.text);
  const cardBefore = useCardBefore();
  const total = useAlertTotal(address.filter, group === null);
  return (
    <>
      <PageHead
        title="Alerts"
        actions={
          <Group gap="xs">
            <SavedViews query={address.text} />
            <ExportButton path="/api/alert-export" filter={address.filter} />
          </Group>
        }
      >
        What the engines found. Open an alert to see why it was raised and what happened.
      </PageHead>
      <Card isFlush>
        <AlertFilters {...address} group={group} onGroup={(next) => changeGroup({ group: next })}>
          <LiveNote
            isPaused={isPaused}
            newestShown={shown?.[0]?.id ?? 0}
            isNewestPage={pages.pageNumber === 1 && address.filter.sort === null}
            onToggle={() => setIsPausedByHand(!isPausedByHand)}
          />
        </AlertFilters>
        <SearchNote q={address.filter.q} />
        {group !== null ? (
          <AlertGroups by={group} filter={address.filter} />
        ) : (
          <PagedList
            pages={shown === undefined ? pages : { ...pages, items: shown }}
            what="the alerts"
            total={total}
            empty={
              address.isFiltered
                ? {
                    icon: <AlertIcon size={28} />,
                    title: 'No alert fits these filters',
                    advice: (
                      <Button mt="md" variant="light" onClick={address.clear}>
                        Show all alerts
                      </Button>
                    ),
                  }
                : {
                    icon: <AlertIcon size={28} />,
                    title: 'No alerts',
                    advice: (
                      <>
                        <Text size="sm" ta="center">
                          Nothing has been detected. Alerts appear here by themselves, as soon as an engine
                          finds something in an object of the{' '}
                          <Anchor component={Link} href="/external-systems" inherit underline="always">
                            external systems
                          </Anchor>
                          .
                        </Text>
                        <FirstScan />
                      </>
                    ),
                  }
            }
          >
            {(items) => (
              <AlertTable
                alerts={items}
                canSelect={canHandle}
                selection={selection}
                onSelect={setSelection}
                onAct={triage.act}
                cameFrom={cardBefore}
                onTogglePause={() => setIsPausedByHand(!isPausedByHand)}
                sort={address.filter.sort}
                onSort={(sort) => address.change({ sort })}
              />
            )}
          </PagedList>
        )}
      </Card>
      {canHandle && (
        <AlertActions
          selection={selection}
          triage={triage}
          alerts={shown ?? []}
          canTakeAll={pages.hasNext || pages.pageNumber > 1}
          onSelect={setSelection}
          onClear={clearSelection}
        />
      )}
      {triage.dialog}
    </>
  );
}

/** While paused the list stands still, so that nothing moves under the pointer. Another page or filter is no addition. */
function useHeldItems(
  items: readonly AlertRow[] | undefined,
  isPaused: boolean,
  place: string,
): readonly AlertRow[] | undefined {
  const held = useRef({ items, place });
  if (!isPaused || held.current.place !== place || held.current.items === undefined)
    held.current = { items, place };
  // What the operator just changed is shown at once; only the order and the number of rows are held.
  return held.current.items?.map((row) => items?.find((one) => one.id === row.id) ?? row);
}

interface LiveNoteProps {
  readonly isPaused: boolean;
  readonly newestShown: number;
  readonly isNewestPage: boolean;
  readonly onToggle: () => void;
}

function LiveNote({ isPaused, newestShown, isNewestPage, onToggle }: LiveNoteProps): ReactElement {
  const live = useLiveState();
  const hasNewer = isPaused && isNewestPage && live !== null && live.lastAlertId > newestShown;
  return (
    <div className="live-note">
      <LiveSwitch isPaused={isPaused} onToggle={onToggle} />
      <span role="status">{hasNewer ? 'There are newer alerts; go on live to see them.' : ''}</span>
    </div>
  );
}
