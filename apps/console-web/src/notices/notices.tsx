import { Button, Notification } from '@mantine/core';
import { useEffect, type ReactElement } from 'react';
import { createState, useSharedState } from '../api/create-state.js';
import './notices.css';

interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly action: NoticeAction | null;
}

/** One thing that can be done about it, such as undoing it. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

const shownMs = 6000;
/** Long enough to see what one did and to want it back. */
const shownWithActionMs = 20_000;
const notices = createState<readonly Notice[]>([]);
let lastId = 0;

/** Says that something worked (or not) where the operator already went on to something else. */
export function notify(kind: Notice['kind'], text: string, action: NoticeAction | null = null): void {
  lastId += 1;
  notices.set([...notices.get().slice(-3), { id: lastId, kind, text, action }]);
}

/** What one operator was told is nothing for the next. */
export const clearNotices = (): void => notices.set([]);

/** Of the newest that offers one: what a key does as its button would. */
export function runNewestAction(): void {
  const newest = notices.get().findLast((one) => one.action !== null);
  if (newest !== undefined) run(newest);
}

function run({ id, action }: Notice): void {
  dismiss(id);
  action?.run();
}

const dismiss = (id: number) => notices.set(notices.get().filter((one) => one.id !== id));

export function Notices(): ReactElement {
  const shown = useSharedState(notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice }: { readonly notice: Notice }): ReactElement {
  useEffect(() => {
    // What failed stays until it was read.
    if (notice.kind === 'failed') return undefined;
    const timer = setTimeout(() => dismiss(notice.id), notice.action === null ? shownMs : shownWithActionMs);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <Notification
      color={notice.kind === 'done' ? 'teal' : 'red'}
      withBorder
      onClose={() => dismiss(notice.id)}
      closeButtonProps={{ 'aria-label': 'Dismiss' }}
    >
      {notice.text}
      {notice.action !== null && (
        <Button
          size="compact-xs"
          variant="light"
          ml="sm"
          aria-keyshortcuts="u"
          title="Key: u"
          onClick={() => run(notice)}
        >
          {notice.action.label}
        </Button>
      )}
    </Notification>
  );
}
