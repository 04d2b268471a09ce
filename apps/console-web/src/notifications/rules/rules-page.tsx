import { Anchor, Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { queryKeys } from '../../api/query-keys.js';
import { useCanHandleAlerts, useIsAdministrator } from '../../api/session-state.js';
import { useAllChannels } from '../channels-query.js';
import { PagedList } from '../../lists/paged-list.js';
import { useCursorPages } from '../../lists/use-cursor-pages.js';
import { Card } from '../../design/card.js';
import { BellIcon, PlusIcon } from '../../design/icons.js';
import { NotificationHead } from '../notification-head.js';
import type { StoredRule } from '../rule.js';
import { RuleTable, type OpenRule } from './rule-table.js';
import { DeleteRuleDialog, StopRuleDialog } from './rule-dialogs.js';
import { rulesPath } from '../rules-query.js';

export function RulesPage(): ReactElement {
  const canChange = useCanHandleAlerts();
  const channels = useAllChannels();
  const pages = useCursorPages<StoredRule>({
    key: queryKeys.rules,
    path: rulesPath,
    filter: {},
    refreshMs: 10_000,
  });
  const [open, setOpen] = useState<OpenRule | null>(null);
  const close = () => setOpen(null);
  const hasChannels = (channels.data ?? []).length > 0;
  return (
    <>
      <NotificationHead
        title="Notification rules"
        actions={
          canChange &&
          hasChannels && (
            <Button component={Link} href="/notifications/rules/new" leftSection={<PlusIcon size={16} />}>
              Add rule
            </Button>
          )
        }
      >
        Each matching rule sends a notification.
      </NotificationHead>
      <Card isFlush>
        <PagedList
          pages={pages}
          what="the rules"
          empty={{
            icon: <BellIcon size={28} />,
            title: 'No rules',
            advice: <WhatNext hasChannels={hasChannels} canChange={canChange} />,
          }}
        >
          {(rules) => <RuleTable rules={rules} onOpen={setOpen} />}
        </PagedList>
      </Card>
      {open?.kind === 'stop' && <StopRuleDialog rule={open.rule} onClose={close} />}
      {open?.kind === 'delete' && <DeleteRuleDialog rule={open.rule} onClose={close} />}
    </>
  );
}

function WhatNext({
  hasChannels,
  canChange,
}: {
  readonly hasChannels: boolean;
  readonly canChange: boolean;
}): ReactElement {
  const isAdministrator = useIsAdministrator();
  if (!hasChannels)
    return isAdministrator ? (
      <>
        A rule needs a channel to send through.{' '}
        <Anchor component={Link} href="/notifications/channels">
          Add a channel first
        </Anchor>
      </>
    ) : (
      <>A rule needs a channel to send through. An administrator adds the first one.</>
    );
  if (!canChange) return <>No one is notified of detections until there is a rule.</>;
  return (
    <>
      The channels are there, but no one is notified yet.{' '}
      <Anchor component={Link} href="/notifications/rules/new">
        Add the first rule
      </Anchor>
    </>
  );
}
