import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { ApiToken } from '@sluice/console-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useIsAdministrator } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { PagedList } from '../lists/paged-list.js';
import { useCursorPages } from '../lists/use-cursor-pages.js';
import { Card } from '../design/card.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { KeyIcon, PlusIcon } from '../design/icons.js';
import { roleNames } from '../texts/role-names.js';
import { ClaimedText, revealText } from '../texts/claimed-text.js';
import { Day, TimeAgo, useNowMs } from '../texts/moment.js';
import { NewTokenDialog } from './new-token-dialog.js';

export function TokenList(): ReactElement {
  const isAdministrator = useIsAdministrator();
  const pages = useCursorPages<ApiToken>({
    key: queryKeys.tokens,
    path: '/api/tokens',
    filter: {},
    name: 'tokens',
  });
  const [isMaking, setIsMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  return (
    <Card
      title="API tokens"
      isFlush
      aside={
        isAdministrator && (
          <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={() => setIsMaking(true)}>
            Add token
          </Button>
        )
      }
    >
      <PagedList
        pages={pages}
        what="the tokens"
        empty={{
          icon: <KeyIcon size={28} />,
          title: 'No tokens',
          advice:
            'A script that uses the API needs one. Each has a role, an end and, if you like, a range of addresses.',
        }}
      >
        {(tokens) => <TokenTable tokens={tokens} onRevoke={setRevoking} />}
      </PagedList>
      {isMaking && <NewTokenDialog onClose={() => setIsMaking(false)} />}
      {revoking !== null && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </Card>
  );
}

interface TableProps {
  readonly tokens: readonly ApiToken[];
  readonly onRevoke: (token: ApiToken) => void;
}

function TokenTable({ tokens, onRevoke }: TableProps): ReactElement {
  const isAdministrator = useIsAdministrator();
  return (
    <Table className="list-table is-stacking is-dense" aria-label="API tokens" horizontalSpacing={10}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th w="15%">Role</Table.Th>
          <Table.Th w={96}>State</Table.Th>
          <Table.Th w="15%" className="col-wide">
            From
          </Table.Th>
          <Table.Th w={124}>Expires</Table.Th>
          <Table.Th w={128}>Last used</Table.Th>
          {isAdministrator && (
            <Table.Th w={90}>
              <span className="sr-only">Actions</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map((token) => (
          <Table.Tr key={token.id}>
            <Table.Td data-label="Name" className="col-name">
              <div className="cell-text" title={revealText(`${token.name}\n${originOf(token)}`)}>
                <strong>
                  <ClaimedText text={token.name} />
                </strong>
                <span className="quiet"> {originOf(token)}</span>
              </div>
            </Table.Td>
            <Table.Td data-label="Role">{roleNames[token.role]}</Table.Td>
            <Table.Td data-label="State">
              <TokenState token={token} />
            </Table.Td>
            <Table.Td data-label="From" className="col-wide">
              <div className="cell-text" title={token.addressRanges?.join('\n')}>
                {token.addressRanges?.join(', ') ?? 'Anywhere'}
              </div>
            </Table.Td>
            <Table.Td data-label="Expires">
              <Day at={token.expiresAt} />
            </Table.Td>
            <Table.Td data-label="Last used">
              {token.lastUsedAt === null ? 'Never' : <TimeAgo at={token.lastUsedAt} />}
            </Table.Td>
            {isAdministrator && (
              <Table.Td className="cell-actions">
                <Group justify="flex-end">
                  {token.revokedAt === null && (
                    <Button
                      size="compact-sm"
                      variant="light"
                      color="red"
                      aria-label={`Revoke ${token.name}`}
                      onClick={() => onRevoke(token)}
                    >
                      Revoke
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

const originOf = ({ isLocal, createdBy }: ApiToken): string =>
  isLocal ? 'this machine’s command line' : `by ${createdBy}`;

function TokenState({ token }: { readonly token: ApiToken }): ReactElement {
  const nowMs = useNowMs();
  if (token.revokedAt !== null) return <Badge color="red">Revoked</Badge>;
  if (Date.parse(token.expiresAt) < nowMs) return <Badge color="gray">Expired</Badge>;
  return <Badge color="teal">Valid</Badge>;
}

function RevokeDialog({
  token,
  onClose,
}: {
  readonly token: ApiToken;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const revocation = useMutation({
    mutationFn: () => ask('DELETE', `/api/tokens/${token.id}`),
    onSuccess: () => {
      notify('done', 'The token is revoked.');
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.tokens }),
  });
  return (
    <ConfirmDialog
      title="Revoke this token?"
      size="md"
      isOpen
      isDangerous
      isBusy={revocation.isPending}
      problem={revocation.error}
      onClose={onClose}
      onConfirm={() => revocation.mutate()}
    >
      <Text size="sm">
        Scripts that use <strong>{token.name}</strong> are refused from now on. It cannot be undone.
      </Text>
    </ConfirmDialog>
  );
}
