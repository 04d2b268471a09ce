import { Button } from '@mantine/core';
import type { NewChannelAnswer } from '@sluice/console-api';
import { useState, type ReactElement } from 'react';
import { queryKeys } from '../../api/query-keys.js';
import { useIsAdministrator } from '../../api/session-state.js';
import { PagedList } from '../../lists/paged-list.js';
import { useCursorPages } from '../../lists/use-cursor-pages.js';
import { Card } from '../../design/card.js';
import { PlusIcon, SendIcon } from '../../design/icons.js';
import { NotificationHead } from '../notification-head.js';
import type { Channel } from '../channel.js';
import { ChannelTable, type OpenChannel } from './channel-table.js';
import { ChannelDialog } from './channel-dialog.js';
import './channels.css';
import { channelsPath } from '../channels-query.js';
import { DeleteChannelDialog } from './delete-channel-dialog.js';
import { MadeChannelDialog } from './made-channel-dialog.js';
import { TestDialog } from './test-dialog.js';

type Open =
  | OpenChannel
  | { readonly kind: 'add' }
  | { readonly kind: 'made'; readonly channel: NewChannelAnswer };

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
              Add channel
            </Button>
          )
        }
      >
        Where notifications go: a mail server, a SIEM, a webhook. Rules decide what is sent through them.
      </NotificationHead>
      <Card isFlush>
        <PagedList
          pages={pages}
          what="the channels"
          empty={{
            icon: <SendIcon size={28} />,
            title: 'No channels',
            advice: isAdministrator
              ? 'No one is notified of detections yet. Add a channel first; then a rule that says which alerts it sends.'
              : 'No one is notified of detections yet. An administrator makes the first channel.',
          }}
        >
          {(channels) => <ChannelTable channels={channels} onOpen={setOpen} />}
        </PagedList>
      </Card>
      {open !== null && <OpenDialog open={open} onOpen={setOpen} />}
    </>
  );
}

function OpenDialog({
  open,
  onOpen,
}: {
  readonly open: Open;
  readonly onOpen: (open: Open | null) => void;
}): ReactElement {
  const close = () => onOpen(null);
  const made = (channel: NewChannelAnswer) => onOpen({ kind: 'made', channel });
  switch (open.kind) {
    case 'add':
      return <ChannelDialog channel={null} onClose={close} onMade={made} />;
    case 'edit':
      return <ChannelDialog channel={open.channel} onClose={close} onMade={made} />;
    case 'made':
      return (
        <MadeChannelDialog
          channel={open.channel}
          onClose={close}
          onTest={() => onOpen({ kind: 'test', channel: open.channel })}
        />
      );
    case 'test':
      return <TestDialog channel={open.channel} onClose={close} />;
    case 'delete':
      return <DeleteChannelDialog channel={open.channel} onClose={close} />;
  }
}
