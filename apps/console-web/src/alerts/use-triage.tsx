import { useRef, useState, type ReactElement } from 'react';
import { useSession } from '../api/session-state.js';
import type { AlertChange, AlertFilter, AlertRow } from './alert.js';
import { notify } from '../notices/notices.js';
import type { Selection } from './alert-actions.js';
import { TriageDialog, type Asked } from './triage-dialog.js';
import { useBulkChange, type BulkChange } from './use-bulk-change.js';

export type TriageAction = 'acknowledge' | 'assign' | 'close' | 'comment';

interface Options {
  readonly selection: Selection;
  readonly filter: AlertFilter;
  readonly alerts: readonly AlertRow[];
  readonly onDone: () => void;
}

export interface Triage {
  /** On what is selected, else on the row. */
  readonly act: (action: TriageAction, rowId?: number | null) => void;
  readonly work: BulkChange;
  readonly dialog: ReactElement | null;
}

/** What operators do to alerts from the list, whether a button, a key or a selection asks for it. */
export function useTriage({ selection, filter, alerts, onDone }: Options): Triage {
  const { username } = useSession();
  const work = useBulkChange(onDone);
  const [asked, setAsked] = useState<Asked | null>(null);
  // Selected ones may stand on a page that was left: as they were last seen is what an undo goes back to.
  const seen = useRef(new Map<number, AlertRow>());
  for (const one of alerts) seen.current.set(one.id, one);
  const rowsOf = (ids: readonly number[]) => ids.flatMap((id) => seen.current.get(id) ?? []);

  const changeNamed = (ids: readonly number[], change: AlertChange, again: Asked | null = null) => {
    const before = again?.seen ?? rowsOf(ids);
    // A comment or an assignee decides nothing that someone else could have decided otherwise.
    const states = change.state === undefined ? [] : before.map(({ id, state }) => [id, state] as const);
    const onFailed =
      again === null ? null : (problem: string) => setAsked({ ...again, comment: change.comment, problem });
    work.start({ kind: 'named', ids, seen: new Map(states) }, change, {
      total: ids.length,
      before,
      onFailed,
    });
  };
  const act: Triage['act'] = (action, rowId = null) => {
    if (work.running !== null) return;
    if (selection.isAll) return setAsked({ action, ids: null, seen: [] });
    const ids = selection.ids.size > 0 ? [...selection.ids] : rowId === null ? [] : [rowId];
    if (ids.length === 0) return undefined;
    const change = quickChange(action, username);
    if (change === null) return setAsked({ action, ids, seen: rowsOf(ids) });
    const { ifState } = change;
    const meant = ids.filter((id) => ifState === undefined || seen.current.get(id)?.state === ifState);
    return meant.length === 0 ? notify('done', 'Nothing new is selected.') : changeNamed(meant, change);
  };
  const confirm = (one: Asked, given: AlertChange, counted: Parameters<Confirm>[1]) => {
    setAsked(null);
    const change = { ...quickChange(one.action, username), ...given };
    if (one.ids !== null) return changeNamed(one.ids, change, one);
    if (counted === null) return undefined;
    const { count: total, newestId: throughId } = counted;
    const onFailed = (problem: string) => setAsked({ ...one, comment: change.comment, problem });
    return work.start({ kind: 'fitting', filter, throughId }, change, { total, before: [], onFailed });
  };
  const dialog = asked !== null && (
    <TriageDialog
      asked={asked}
      filter={filter}
      onClose={() => setAsked(null)}
      onConfirm={(given, counted) => confirm(asked, given, counted)}
    />
  );
  return { act, work, dialog: dialog === false ? null : dialog };
}

type Confirm = Parameters<typeof TriageDialog>[0]['onConfirm'];

/** Null: needs to be asked for more. */
function quickChange(action: TriageAction, username: string): AlertChange | null {
  switch (action) {
    case 'acknowledge':
      // What is closed is not opened again by it, and what someone is at work on is not taken from them.
      return { state: 'in-process', assignee: username, ifState: 'new' };
    case 'assign':
      return { assignee: username };
    case 'close':
    case 'comment':
      return null;
  }
}
