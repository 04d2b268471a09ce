import { Badge, Button, Group, Table } from '@mantine/core';
import type { OperatorRole } from '@sluice/contracts';
import { useState, type ReactElement } from 'react';
import { queryKeys } from '../ask-api/query-keys.js';
import { useIsAdministrator, useSession } from '../ask-api/session-state.js';
import { PagedList } from '../page-lists/paged-list.js';
import { useCursorPages } from '../page-lists/use-cursor-pages.js';
import { Card } from '../show-layout/card.js';
import { OperatorsIcon, PlusIcon } from '../show-layout/icons.js';
import { roleNames } from '../show-layout/role-names.js';
import { TimeAgo } from '../show-texts/moment.js';
import { DeleteOperatorWindow, OperatorWindow } from './operator-windows.js';

export interface Operator {
  readonly id: string;
  readonly username: string;
  readonly role: OperatorRole;
  readonly isDisabled: boolean;
  readonly hasFirstPassword: boolean;
  readonly hasSecondFactor?: boolean;
  readonly createdAt: string;
  readonly passwordChangedAt: string;
  readonly lastSignInAt: string | null;
}

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
      {open?.kind === 'add' && <OperatorWindow operator={null} onClose={close} />}
      {open?.kind === 'edit' && <OperatorWindow operator={open.operator} onClose={close} />}
      {open?.kind === 'delete' && <DeleteOperatorWindow operator={open.operator} onClose={close} />}
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
    <Table className="list-table is-stacking" aria-label="Operators">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Username</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Second factor</Table.Th>
          <Table.Th>Last sign-in</Table.Th>
          {isAdministrator && (
            <Table.Th>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {operators.map((operator) => (
          <Table.Tr key={operator.id}>
            <Table.Td data-label="Username">
              <div>
                <strong>{operator.username}</strong>
                {operator.username === username && <span className="quiet"> (you)</span>}
              </div>
            </Table.Td>
            <Table.Td data-label="Role">{roleNames[operator.role]}</Table.Td>
            <Table.Td data-label="State">
              <OperatorState operator={operator} />
            </Table.Td>
            <Table.Td data-label="Second factor">{operator.hasSecondFactor === true ? 'On' : 'Off'}</Table.Td>
            <Table.Td data-label="Last sign-in">
              {operator.lastSignInAt === null ? 'Never' : <TimeAgo at={operator.lastSignInAt} />}
            </Table.Td>
            {isAdministrator && (
              <Table.Td className="cell-actions">
                <Group gap={6} justify="flex-end" wrap="nowrap">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Edit ${operator.username}`}
                    onClick={() => onOpen({ kind: 'edit', operator })}
                  >
                    Edit
                  </Button>
                  {operator.username !== username && (
                    <Button
                      size="xs"
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

function OperatorState({ operator }: { readonly operator: Operator }): ReactElement {
  if (operator.isDisabled) return <Badge color="red">Suspended, can’t sign in</Badge>;
  if (operator.hasFirstPassword) return <Badge color="orange">First password not changed</Badge>;
  return <Badge color="teal">Active</Badge>;
}
