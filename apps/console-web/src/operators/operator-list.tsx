import { Badge, Button, Group, Table } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { queryKeys } from '../api/query-keys.js';
import { useIsAdministrator, useSession } from '../api/session-state.js';
import { PagedList } from '../lists/paged-list.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { OperatorsIcon, PlusIcon } from '../design/icons.js';
import { roleNames } from '../texts/role-names.js';
import { TimeAgo } from '../texts/moment.js';
import { DeleteOperatorDialog, OperatorDialog } from './operator-dialogs.js';
import type { Operator } from './operator.js';

type Open = { readonly kind: 'add' } | { readonly kind: 'edit' | 'delete'; readonly operator: Operator };

export function OperatorList(): ReactElement {
  const isAdministrator = useIsAdministrator();
  const pages = useCursorPages<Operator>({ key: queryKeys.operators, path: '/api/operators', filter: {} });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <Card
      title="Operators"
      isFlush
      aside={
        isAdministrator && (
          <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={() => setOpen({ kind: 'add' })}>
            Add operator
          </Button>
        )
      }
    >
      <PagedList
        pages={pages}
        what="the operators"
        empty={{ icon: <OperatorsIcon size={28} />, title: 'No operators' }}
      >
        {(operators) => <OperatorTable operators={operators} onOpen={setOpen} />}
      </PagedList>
      {open?.kind === 'add' && <OperatorDialog operator={null} onClose={close} />}
      {open?.kind === 'edit' && <OperatorDialog operator={open.operator} onClose={close} />}
      {open?.kind === 'delete' && <DeleteOperatorDialog operator={open.operator} onClose={close} />}
    </Card>
  );
}

interface TableProps {
  readonly operators: readonly Operator[];
  readonly onOpen: (open: Open) => void;
}

function OperatorTable({ operators, onOpen }: TableProps): ReactElement {
  const isAdministrator = useIsAdministrator();
  const { username } = useSession();
  return (
    <Table className="list-table is-stacking is-dense" aria-label="Operators" horizontalSpacing={10}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Username</Table.Th>
          <Table.Th w="17%">Role</Table.Th>
          <Table.Th w={212}>State</Table.Th>
          <Table.Th w={112}>Second factor</Table.Th>
          <Table.Th w="14%" className="col-wide">
            Last sign-in
          </Table.Th>
          {isAdministrator && (
            <Table.Th w={132}>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {operators.map((operator) => (
          <Table.Tr key={operator.id}>
            <Table.Td data-label="Username" className="col-name">
              <div className="cell-text" title={operator.username}>
                <strong>{operator.username}</strong>
                {operator.username === username && <span className="quiet"> (you)</span>}
              </div>
            </Table.Td>
            <Table.Td data-label="Role">
              <div className="cell-text" title={roleTitle(operator)}>
                {roleNames[operator.role]}
                {operator.canReadMail && <span className="quiet">, {mayReadMail}</span>}
              </div>
            </Table.Td>
            <Table.Td data-label="State">
              <OperatorState operator={operator} />
            </Table.Td>
            <Table.Td data-label="Second factor">{operator.hasSecondFactor === true ? 'On' : 'Off'}</Table.Td>
            <Table.Td data-label="Last sign-in" className="col-wide">
              {operator.lastSignInAt === null ? 'Never' : <TimeAgo at={operator.lastSignInAt} />}
            </Table.Td>
            {isAdministrator && (
              <Table.Td className="cell-actions">
                <Group gap={6} justify="flex-end" wrap="nowrap">
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`Edit ${operator.username}`}
                    onClick={() => onOpen({ kind: 'edit', operator })}
                  >
                    Edit
                  </Button>
                  {operator.username !== username && (
                    <Button
                      size="compact-sm"
                      variant="light"
                      color="red"
                      aria-label={`Delete ${operator.username}`}
                      onClick={() => onOpen({ kind: 'delete', operator })}
                    >
                      Delete
                    </Button>
                  )}
                </Group>
              </Table.Td>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const mayReadMail = 'may read mail in quarantine';
const roleTitle = ({ role, canReadMail }: Operator): string =>
  canReadMail ? `${roleNames[role]}, ${mayReadMail}` : roleNames[role];

function OperatorState({ operator }: { readonly operator: Operator }): ReactElement {
  if (operator.isDisabled) return <Badge color="red">Suspended, cannot sign in</Badge>;
  if (operator.mustChangePassword) return <Badge color="orange">First password not changed</Badge>;
  return <Badge color="teal">Active</Badge>;
}
