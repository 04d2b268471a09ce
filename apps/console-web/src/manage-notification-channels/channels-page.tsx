import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { queryKeys } from '../ask-api/query-keys.js';
import { useIsAdministrator } from '../ask-api/session-state.js';
import { PagedList } from '../page-lists/paged-list.js';
import { useCursorPages } from '../page-lists/use-cursor-pages.js';
import { Card } from '../show-layout/card.js';
import { PlusIcon, SendIcon } from '../show-layout/icons.js';
import { NotificationHead } from '../show-notifications/notification-head.js';
import type { Channel } from './channel.js';
import { ChannelTable, type OpenChannel } from './channel-table.js';
import { ChannelWindow, type MadeChannel } from './channel-window.js';
import './channels.css';
import { channelsPath } from './channels-query.js';
import { DeleteChannelWindow } from './delete-channel-window.js';
import { MadeChannelWindow } from './made-channel-window.js';
import { TestWindow } from './test-window.js';

type Open = OpenChannel | { readonly kind: 'add' } | { readonly kind: 'made'; readonly channel: MadeChannel };

export function ChannelsPage(): ReactElement {
  const isAdministrator = useIsAdministrator();
  const pages = useCursorPages<Channel>({
    key: queryKeys.channels,
    path: channelsPath,
    filter: {},
    refreshMs: 5000,
  });
  const [open, setOpen] = useState<Open | null>(null);
  const add = () => setOpen({ kind: 'add' });
  return (
    <>
      <NotificationHead
        title="Notification channels"
        actions={
          isAdministrator && (
            <Button leftSection={<PlusIcon size={16} />} onClick={add}>
              Make a channel
            </Button>
          )
        }
      >
        Where notifications go: a mail server, a SIEM, a webhook. Rules say what is told through them.
      </NotificationHead>
      <Card isFlush>
        <PagedList
          pages={pages}
          what="the channels"
          empty={{
            icon: <SendIcon size={28} />,
            title: 'No channels',
            advice: isAdministrator
              ? 'Nobody is told of detections yet. Make a channel first; then a rule that says what goes through it.'
              : 'Nobody is told of detections yet. An administrator makes the first channel.',
          }}
        >
          {(channels) => <ChannelTable channels={channels} onOpen={setOpen} />}
        </PagedList>
      </Card>
      {open !== null && <OpenWindow open={open} onOpen={setOpen} />}
    </>
  );
}

function OpenWindow({
  open,
  onOpen,
}: {
  readonly open: Open;
  readonly onOpen: (open: Open | null) => void;
}): ReactElement {
  const close = () => onOpen(null);
  const made = (channel: MadeChannel) => onOpen({ kind: 'made', channel });
  switch (open.kind) {
    case 'add':
      return <ChannelWindow channel={null} onClose={close} onMade={made} />;
    case 'edit':
      return <ChannelWindow channel={open.channel} onClose={close} onMade={made} />;
    case 'made':
      return (
        <MadeChannelWindow
          channel={open.channel}
          onClose={close}
          onTest={() => onOpen({ kind: 'test', channel: open.channel })}
        />
      );
    case 'test':
      return <TestWindow channel={open.channel} onClose={close} />;
    case 'delete':
      return <DeleteChannelWindow channel={open.channel} onClose={close} />;
  }
}
