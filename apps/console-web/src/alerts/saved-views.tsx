import type { AlertView } from '@sluice/console-api';
import { ActionIcon, Button, Checkbox, Group, Menu, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { describeProblem } from '../api/api-problem.js';
import { ask } from '../api/ask.js';
import { queryKeys } from '../api/query-keys.js';
import { useSession } from '../api/session-state.js';
import { notify } from '../notices/notices.js';
import { ConfirmDialog } from '../design/confirm-dialog.js';
import { BookmarkIcon, CrossIcon } from '../design/icons.js';

const path = '/api/alert-views';

/** Filters under a name, kept on the server: one's own, and those others share. */
export function SavedViews({ query }: { readonly query: string }): ReactElement {
  const { username, role } = useSession();
  const [, navigate] = useLocation();
  const [isSaving, setIsSaving] = useState(false);
  const client = useQueryClient();
  const views = useQuery({
    queryKey: queryKeys.views,
    queryFn: () => ask('GET', path),
    retry: false,
  });
  const remove = (view: AlertView) => {
    ask('DELETE', `${path}/${view.id}`)
      .catch((thrown: unknown) => notify('failed', `Not removed. ${describeProblem(thrown)}`))
      .finally(() => void client.invalidateQueries({ queryKey: queryKeys.views }));
  };
  const items = views.data?.items ?? [];
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button variant="default" leftSection={<BookmarkIcon size={16} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {items.length === 0 && (
            <Text size="sm" c="dimmed" px="sm" py={6}>
              {views.isError
                ? describeProblem(views.error)
                : 'No saved views. Set filters and save them here.'}
            </Text>
          )}
          {items.map((view) => (
            <Group key={view.id} gap={4} wrap="nowrap">
              <Menu.Item onClick={() => navigate(`/alerts${view.query === '' ? '' : `?${view.query}`}`)}>
                {view.name}
                {view.owner !== username && (
                  <Text size="xs" c="dimmed">
                    by {view.owner}
                  </Text>
                )}
              </Menu.Item>
              {(view.owner === username || role === 'administrator') && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={`Remove the view ${view.name}`}
                  onClick={() => remove(view)}
                >
                  <CrossIcon size={14} />
                </ActionIcon>
              )}
            </Group>
          ))}
          <Menu.Divider />
          <Menu.Item disabled={query === ''} onClick={() => setIsSaving(true)}>
            Save these filters
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isSaving && <SaveDialog query={query} onClose={() => setIsSaving(false)} />}
    </>
  );
}

function SaveDialog({
  query,
  onClose,
}: {
  readonly query: string;
  readonly onClose: () => void;
}): ReactElement {
  const [name, setName] = useState('');
  const [isShared, setIsShared] = useState(false);
  const client = useQueryClient();
  const saving = useMutation({
    mutationFn: () => ask('POST', path, { name: name.trim(), query, isShared }),
    onSuccess: () => {
      notify('done', `The view ${name.trim()} is saved.`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.views }),
  });
  return (
    <ConfirmDialog
      title="Save these filters"
      yes="Save"
      no="Cancel"
      size="md"
      isOpen
      isBusy={saving.isPending}
      isBlocked={name.trim() === ''}
      problem={saving.error}
      onClose={onClose}
      onConfirm={() => saving.mutate()}
    >
      <TextInput
        label="Name"
        withAsterisk
        data-autofocus
        maxLength={64}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox
        label="Share with all operators"
        checked={isShared}
        onChange={(event) => setIsShared(event.currentTarget.checked)}
      />
    </ConfirmDialog>
  );
}
