import { Anchor, Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { queryKeys } from '../ask-api/query-keys.js';
import { useCanHandleAlerts, useIsAdministrator } from '../ask-api/session-state.js';
import { useAllChannels } from '../manage-notification-channels/channels-query.js';
import { PagedList } from '../page-lists/paged-list.js';
import { useCursorPages } from '../page-lists/use-cursor-pages.js';
import { Card } from '../show-layout/card.js';
import { BellIcon, PlusIcon } from '../show-layout/icons.js';
import { NotificationHead } from '../show-notifications/notification-head.js';
import type { StoredRule } from './rule.js';
import { RuleTable } from './rule-table.js';
import { DeleteRuleWindow, StopRuleWindow } from './rule-windows.js';
import { rulesPath } from './rules-query.js';

export interface OpenRule {
  readonly kind: 'stop' | 'delete';
  readonly rule: StoredRule;
}

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
              Make a rule
            </Button>
          )
        }
      >
        What is told, to whom and how often. Every rule that fits an alert tells it.
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
      {open?.kind === 'stop' && <StopRuleWindow rule={open.rule} onClose={close} />}
      {open?.kind === 'delete' && <DeleteRuleWindow rule={open.rule} onClose={close} />}
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
        A rule needs a channel to tell through.{' '}
        <Anchor component={Link} href="/notifications/channels">
          Make a channel first
        </Anchor>
      </>
    ) : (
      <>A rule needs a channel to tell through. An administrator makes the first one.</>
    );
  if (!canChange) return <>Nobody is told of detections until a rule says so.</>;
  return (
    <>
      The channels are there, but nobody is told anything yet.{' '}
      <Anchor component={Link} href="/notifications/rules/new">
        Make the first rule
      </Anchor>
    </>
  );
}
