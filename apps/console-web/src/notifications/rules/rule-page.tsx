import { Anchor, Breadcrumbs, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../../api/api-problem.js';
import { useCanHandleAlerts } from '../../api/session-state.js';
import { useAllChannels } from '../channels-query.js';
import { ListFailed, ListLoading } from '../../lists/list-states.js';
import '../../lists/lists.css';
import { Card } from '../../design/card.js';
import { PageHead } from '../../design/page-head.js';
import '../notifications.css';
import { RuleEditor } from './rule-editor.js';
import { useRule } from '../rules-query.js';

/** `/notifications/rules/new` makes one. */
export function RulePage({ params }: { readonly params: { readonly id: string } }): ReactElement {
  const title = params.id === 'new' ? 'Add rule' : 'Rule';
  return (
    <>
      <Breadcrumbs mb="xs" separator="›">
        <Anchor component={Link} href="/notifications/rules" size="sm">
          Notification rules
        </Anchor>
        <Text size="sm">{title}</Text>
      </Breadcrumbs>
      {params.id === 'new' ? <NewRule /> : <OneRule key={params.id} id={params.id} />}
    </>
  );
}

function NewRule(): ReactElement {
  const channels = useAllChannels();
  const canChange = useCanHandleAlerts();
  if (!canChange)
    return <PageHead title="Add rule">Your role can read rules; security officers add them.</PageHead>;
  if (channels.data === undefined) return <Waiting query={channels} title="Add rule" what="the channels" />;
  if (channels.data.length === 0)
    return (
      <PageHead title="Add rule">
        A rule needs a channel to send through.{' '}
        <Anchor component={Link} href="/notifications/channels">
          Add a channel first
        </Anchor>
      </PageHead>
    );
  return <RuleEditor rule={null} channels={channels.data} />;
}

function OneRule({ id }: { readonly id: string }): ReactElement {
  const channels = useAllChannels();
  const rule = useRule(id);
  if (rule.error instanceof ApiProblem && [400, 404].includes(rule.error.status))
    return (
      <PageHead title="No such rule">
        It was deleted, or never was.{' '}
        <Anchor component={Link} href="/notifications/rules">
          All rules
        </Anchor>
      </PageHead>
    );
  if (rule.data === undefined) return <Waiting query={rule} title="Rule" what="the rule" />;
  if (channels.data === undefined) return <Waiting query={channels} title="Rule" what="the channels" />;
  return <RuleEditor rule={rule.data} channels={channels.data} />;
}

interface WaitingProps {
  readonly query: { readonly isError: boolean; readonly error: unknown; readonly refetch: () => unknown };
  readonly title: string;
  readonly what: string;
}

const Waiting = ({ query, title, what }: WaitingProps): ReactElement => (
  <>
    <PageHead title={title} />
    <Card isFlush>
      {query.isError ? (
        <ListFailed problem={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <ListLoading what={what} />
      )}
    </Card>
  </>
);
