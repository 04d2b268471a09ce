import { Anchor, Button } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { queryKeys } from '../../api/query-keys.js';
import { useCanHandleAlerts } from '../../api/session-state.js';
import { PagedList } from '../../lists/paged-list.js';
import { useAddressFilter } from '../../lists/use-address-filter.js';
import { useCursorPages } from '../../lists/use-cursor-pages.js';
import { Card } from '../../design/card.js';
import { SendIcon } from '../../design/icons.js';
import { NotificationHead } from '../notification-head.js';
import './deliveries.css';
import { deliveriesPath, deliveriesRefreshMs } from './deliveries-query.js';
import { canReplay, deliveryFilterKeys, type Delivery, type DeliveryFilter } from './delivery.js';
import { DeliveryActions } from './delivery-actions.js';
import { DeliveryFilters } from './delivery-filters.js';
import { DeliveryTable } from './delivery-table.js';
import { DeliveryDialog } from './delivery-dialog.js';

const nothing: ReadonlySet<string> = new Set();

export function DeliveriesPage(): ReactElement {
  const address = useAddressFilter(deliveryFilterKeys);
  // In the address, too: a colleague can be sent to it.
  const open = useAddressFilter(['open'], { keepsPage: true });
  const pages = useCursorPages<Delivery>({
    key: queryKeys.deliveries,
    path: deliveriesPath,
    filter: address.filter,
    refreshMs: deliveriesRefreshMs,
  });
  const mayReplay = useCanHandleAlerts();
  const [selected, setSelected] = useState(nothing);
  const place = `${JSON.stringify(address.filter)} ${pages.pageNumber}`;
  useEffect(() => setSelected(nothing), [place]);
  const chosen = (pages.items ?? []).filter((one) => selected.has(one.id) && canReplay(one));
  const isWhole = chosen.length > 0 && chosen.length === (pages.items ?? []).filter(canReplay).length;
  return (
    <>
      <NotificationHead title="Notification deliveries">
        Every message of the last 30 days. Open one to see each attempt and what the receiver answered.
      </NotificationHead>
      <Card isFlush>
        <DeliveryFilters {...address} />
        <PagedList
          pages={pages}
          what="the deliveries"
          empty={emptyWords(address.isFiltered, address.clear, address.filter)}
        >
          {(deliveries) => (
            <DeliveryTable
              deliveries={deliveries}
              mayReplay={mayReplay}
              selected={selected}
              onSelect={setSelected}
              onOpen={(id) => open.change({ open: id })}
              sort={address.filter.sort}
              onSort={(sort) => address.change({ sort })}
            />
          )}
        </PagedList>
      </Card>
      {mayReplay && (
        <DeliveryActions
          selected={chosen}
          filter={address.filter}
          canTakeAll={isWhole && (pages.hasNext || pages.pageNumber > 1)}
          onClear={() => setSelected(nothing)}
        />
      )}
      {open.filter.open !== null && (
        <DeliveryDialog id={open.filter.open} onClose={() => open.change({ open: null })} />
      )}
    </>
  );
}

function emptyWords(isFiltered: boolean, clear: () => void, filter: DeliveryFilter) {
  const icon = <SendIcon size={28} />;
  if (filter.state === 'dead')
    return {
      icon,
      title: 'No failed deliveries',
      advice: 'Nothing was given up: every message got through or still waits.',
    };
  if (isFiltered)
    return {
      icon,
      title: 'No delivery fits these filters',
      advice: (
        <Button mt="md" variant="light" onClick={clear}>
          Show all deliveries
        </Button>
      ),
    };
  return {
    icon,
    title: 'No deliveries',
    advice: (
      <span>
        Nothing was sent yet. Messages appear here as soon as a{' '}
        <Anchor component={Link} href="/notifications/rules">
          rule
        </Anchor>{' '}
        fits an alert, or someone tests a{' '}
        <Anchor component={Link} href="/notifications/channels">
          channel
        </Anchor>
        .
      </span>
    ),
  };
}
