import { useRef, useState, type ReactElement } from 'react';
import { useSession } from '../api/session-state.js';
import type { AlertChange, AlertFilter, AlertRow } from './alert.js';
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

  const changeNamed = (ids: readonly number[], change: AlertChange) => {
    const before = ids.flatMap((id) => seen.current.get(id) ?? []);
    work.start({ kind: 'named', ids }, change, { total: ids.length, before });
  };
  const act: Triage['act'] = (action, rowId = null) => {
    if (work.running !== null) return;
    if (selection.isAll) return setAsked({ action, ids: null });
    const ids = selection.ids.size > 0 ? [...selection.ids] : rowId === null ? [] : [rowId];
    if (ids.length === 0) return undefined;
    const change = quickChange(action, username);
    return change === null ? setAsked({ action, ids }) : changeNamed(ids, change);
  };
  const dialog = asked !== null && (
    <TriageDialog
      asked={asked}
      filter={filter}
      onClose={() => setAsked(null)}
      onConfirm={(given, counted) => {
        setAsked(null);
        const change = { ...quickChange(asked.action, username), ...given };
        if (asked.ids !== null) changeNamed(asked.ids, change);
        else if (counted !== null)
          work.start({ kind: 'fitting', filter, throughId: counted.newestId }, change, {
            total: counted.count,
            before: [],
          });
      }}
    />
  );
  return { act, work, dialog: dialog === false ? null : dialog };
}

/** Null: needs to be asked for more. */
function quickChange(action: TriageAction, username: string): AlertChange | null {
  switch (action) {
    case 'acknowledge':
      return { state: 'in-process', assignee: username };
    case 'assign':
      return { assignee: username };
    case 'close':
    case 'comment':
      return null;
  }
}
