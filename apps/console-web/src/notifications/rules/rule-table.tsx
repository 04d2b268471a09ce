import { Button, Group, Switch, Table } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMemo, type ReactElement } from 'react';
import { Link } from 'wouter';
import { useExternalSystems } from '../../external-systems/systems-query.js';
import { describeProblem } from '../../api/api-problem.js';
import { ask, withQuery } from '../../api/ask.js';
import { useCanHandleAlerts } from '../../api/session-state.js';
import { notify } from '../../notices/notices.js';
import { ClaimedText, revealText } from '../../texts/claimed-text.js';
import { plural } from '../../texts/formats.js';
import { describeMatch, describePace } from './describe-match.js';
import { namesOfSystems } from './names-of-systems.js';
import type { StoredRule } from '../rule.js';
import { rulesPath, useReloadRules } from '../rules-query.js';

export interface OpenRule {
  readonly kind: 'stop' | 'delete';
  readonly rule: StoredRule;
}

interface Props {
  readonly rules: readonly StoredRule[];
  readonly onOpen: (open: OpenRule) => void;
}

export function RuleTable({ rules, onOpen }: Props): ReactElement {
  const canChange = useCanHandleAlerts();
  const systems = useExternalSystems();
  const names = useMemo(() => namesOfSystems(systems.data ?? []), [systems.data]);
  return (
    <Table className="list-table is-stacking is-dense" aria-label="Rules" horizontalSpacing={10}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={62}>On</Table.Th>
          <Table.Th w="23%">Rule</Table.Th>
          <Table.Th>Matches</Table.Th>
          <Table.Th w="18%">Channel</Table.Th>
          <Table.Th w="17%" className="col-widest">
            When
          </Table.Th>
          <Table.Th w={canChange ? 252 : 116}>
            <span className="sr-only">Actions</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.map((rule) => (
          <Table.Tr key={rule.id}>
            <Table.Td data-label="On">
              <RuleSwitch rule={rule} canChange={canChange} onStop={() => onOpen({ kind: 'stop', rule })} />
            </Table.Td>
            <Table.Td data-label="Rule" className="col-name">
              <div className="cell-text" title={revealText(rule.name)}>
                <Link href={`/notifications/rules/${rule.id}`} className="row-link">
                  <ClaimedText text={rule.name} />
                </Link>
              </div>
            </Table.Td>
            <Table.Td data-label="Matches">
              <div className="cell-text" title={revealText(describeMatch(rule.match, names))}>
                {describeMatch(rule.match, names)}
              </div>
            </Table.Td>
            <Table.Td data-label="Channel">
              <div className="cell-text" title={revealText([rule.channelName, ...rule.to].join('\n'))}>
                <ClaimedText text={rule.channelName} />
                {rule.to.length > 0 && <span className="quiet"> {describeRecipients(rule.to)}</span>}
              </div>
            </Table.Td>
            <Table.Td data-label="When" className="col-widest">
              <div className="cell-text" title={paceOf(rule)}>
                {paceOf(rule)}
              </div>
            </Table.Td>
            <Table.Td className="cell-actions">
              <Group gap={6} justify="flex-end" wrap="nowrap">
                <Button
                  component={Link}
                  href={withQuery('/notifications/deliveries', { ruleId: rule.id })}
                  size="compact-sm"
                  variant="subtle"
                  aria-label={`Deliveries of ${rule.name}`}
                >
                  Deliveries
                </Button>
                {canChange && (
                  <Button
                    component={Link}
                    href={`/notifications/rules/${rule.id}`}
                    size="compact-sm"
                    variant="default"
                    aria-label={`Edit ${rule.name}`}
                  >
                    Edit
                  </Button>
                )}
                {canChange && (
                  <Button
                    size="compact-sm"
                    variant="light"
                    color="red"
                    aria-label={`Delete ${rule.name}`}
                    onClick={() => onOpen({ kind: 'delete', rule })}
                  >
                    Delete
                  </Button>
                )}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const paceOf = (rule: StoredRule): string =>
  rule.match.operation === null ? describePace(rule) : 'At most every 10 minutes';

const describeRecipients = (to: readonly string[]): string =>
  to.length <= 2 ? to.join(', ') : `${to[0]} and ${plural(to.length - 1, 'other')}`;

interface SwitchProps {
  readonly rule: StoredRule;
  readonly canChange: boolean;
  readonly onStop: () => void;
}

/** On at once; off is asked about, because it also cancels what waits. */
function RuleSwitch({ rule, canChange, onStop }: SwitchProps): ReactElement {
  const reload = useReloadRules();
  const starting = useMutation({
    mutationFn: () => ask('PATCH', `${rulesPath}/${rule.id}`, { enabled: true }),
    onSuccess: () => notify('done', `${rule.name} is on.`),
    onError: (thrown) => notify('failed', `${rule.name} is still off. ${describeProblem(thrown)}`),
    onSettled: reload,
  });
  return (
    <Switch
      aria-label={`${rule.name} is on`}
      checked={rule.enabled || starting.isPending}
      disabled={!canChange || starting.isPending}
      onChange={() => (rule.enabled ? onStop() : starting.mutate())}
    />
  );
}
