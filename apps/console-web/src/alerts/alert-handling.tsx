import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState, type ReactElement } from 'react';
import { describeProblem } from '../api/api-problem.js';
import { useCanHandleAlerts, useSession } from '../api/session-state.js';
import { Card } from '../design/card.js';
import { Moment } from '../texts/moment.js';
import { alertStateWords, dispositionNames } from '../texts/words.js';
import { useRowKeys } from '../lists/use-row-keys.js';
import { alertFilterKeys, type AlertCard, type AlertChangeEntry, type AlertFilter } from './alert.js';
import { TriageDialog } from './triage-dialog.js';
import { useChangeAlert } from './alerts-query.js';

/** Who deals with it, how far they are, and what was said about it. */
export function AlertHandling({ alert }: { readonly alert: AlertCard }): ReactElement {
  const canHandle = useCanHandleAlerts();
  return (
    <Card title="Handling">
      <Stack gap="md">
        <Text size="sm">
          {alertStateWords[alert.state].name}
          {alert.disposition === null ? '' : ` as ${dispositionNames[alert.disposition].toLowerCase()}`},
          assigned to <strong>{alert.assignee ?? 'no one'}</strong>
        </Text>
        {canHandle && <Actions alert={alert} />}
        <ChangeLog changes={alert.changes} />
      </Stack>
    </Card>
  );
}

const noFilter = Object.fromEntries(alertFilterKeys.map((key) => [key, null])) as AlertFilter;

function Actions({ alert }: { readonly alert: AlertCard }): ReactElement {
  const { username } = useSession();
  const change = useChangeAlert(alert.id);
  const [comment, setComment] = useState('');
  const acknowledge = () =>
    change.mutate({ state: 'in-process', assignee: alert.assignee ?? username, ifState: 'new' });
  const assign = () => change.mutate({ assignee: username });
  const field = useRef<HTMLTextAreaElement>(null);
  const { closing, dialog } = useClosing(alert);
  const keys = {
    e: () => field.current?.focus(),
    ...(alert.state === 'new' && { a: acknowledge }),
    ...(alert.assignee !== username && { i: assign }),
    ...(alert.state !== 'closed' && { c: closing }),
  };
  useRowKeys({ ids: [], current: null, onMove: () => undefined, rowOf: () => null, keys });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        {alert.state === 'new' && (
          <Button size="xs" loading={change.isPending} onClick={acknowledge}>
            Acknowledge
          </Button>
        )}
        {alert.assignee !== username && (
          <Button size="xs" variant="default" loading={change.isPending} onClick={assign}>
            Assign to me
          </Button>
        )}
        {alert.state === 'closed' ? (
          <Button
            size="xs"
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate({ state: 'in-process', ifState: 'closed' })}
          >
            Open again
          </Button>
        ) : (
          <Button size="xs" variant="default" loading={change.isPending} onClick={closing}>
            Close
          </Button>
        )}
      </Group>
      <Textarea
        ref={field}
        label="Comment"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={4096}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Group>
        <Button
          size="xs"
          variant="light"
          disabled={comment.trim() === ''}
          loading={change.isPending}
          onClick={() => change.mutate({ comment: comment.trim() }, { onSuccess: () => setComment('') })}
        >
          Add comment
        </Button>
      </Group>
      {dialog}
      {change.isError && (
        <Alert color="red" role="alert">
          {describeProblem(change.error)}
        </Alert>
      )}
    </Stack>
  );
}

/** What it is closed as, and why; open until it is done, with what was typed. */
function useClosing(alert: AlertCard): {
  readonly closing: () => void;
  readonly dialog: ReactElement | null;
} {
  const change = useChangeAlert(alert.id);
  const [seen, setSeen] = useState<AlertCard | null>(null);
  const closing = () => {
    change.reset();
    setSeen(alert);
  };
  if (seen === null) return { closing, dialog: null };
  const problem = seen.state === alert.state ? change.error : null;
  const dialog = (
    <TriageDialog
      asked={{
        action: 'close',
        ids: [alert.id],
        seen: [seen],
        ...(problem !== null && { problem: describeProblem(problem) }),
        ...(seen.state !== alert.state && { meanwhile: describeMeanwhile(alert) }),
      }}
      filter={noFilter}
      isBusy={change.isPending}
      onClose={() => setSeen(null)}
      // What it is by now stands in the window, so whoever closes it has seen that.
      onConfirm={(given) =>
        change.mutate({ ...given, ifState: alert.state }, { onSuccess: () => setSeen(null) })
      }
    />
  );
  return { closing, dialog };
}

/** What someone else made of it while the window was open. */
function describeMeanwhile({ state, disposition, changes }: AlertCard): string {
  const by = changes.at(-1)?.operator ?? 'someone else';
  const as = disposition === null ? '' : ` as ${dispositionNames[disposition].toLowerCase()}`;
  return `By ${by}: it is ${alertStateWords[state].name.toLowerCase()}${as} now. What you choose replaces that.`;
}

function ChangeLog({ changes }: { readonly changes: readonly AlertChangeEntry[] }): ReactElement {
  if (changes.length === 0)
    return (
      <Text size="sm" c="dimmed">
        No activity yet.
      </Text>
    );
  return (
    <Stack gap="sm" component="section" aria-label="Change log">
      {[...changes].reverse().map((entry, index) => (
        <div key={changes.length - index}>
          <Text size="xs" c="dimmed">
            {entry.operator}, <Moment at={entry.at} />
          </Text>
          {describeChange(entry).map((line) => (
            <Text key={line} size="sm">
              {line}
            </Text>
          ))}
          {entry.comment !== null && <div className="comment-text">{entry.comment}</div>}
        </div>
      ))}
    </Stack>
  );
}

/** What an entry changed, one line each; a comment alone has none. */
export function describeChange(entry: AlertChangeEntry): string[] {
  const lines: string[] = [];
  // What it is closed as says that it is closed.
  if (entry.stateAfter !== null && entry.stateAfter !== entry.stateBefore && entry.dispositionAfter === null)
    lines.push(`State: ${alertStateWords[entry.stateAfter].name}`);
  if (entry.assigneeAfter !== entry.assigneeBefore)
    lines.push(entry.assigneeAfter === null ? 'Assigned to no one' : `Assigned to ${entry.assigneeAfter}`);
  if (entry.dispositionAfter !== null) lines.push(`Closed as: ${dispositionNames[entry.dispositionAfter]}`);
  return lines;
}
