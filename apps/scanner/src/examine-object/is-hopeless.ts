import type { EngineErrorCode, EngineOutcome } from '@sluice/contracts';
import type { EngineView } from './engine-view.js';
import type { InspectionOutcome } from './inspection-outcome.js';

/** What is known so far of an object under examination. */
export interface KnownSoFar {
  /** Of content engines, on the object as it is; null: not yet. */
  readonly wholes: readonly (EngineOutcome | null)[];
  readonly views: readonly EngineView[];
  readonly inspected: InspectionOutcome | null;
  /** Whether an allow list may still excuse what was found. */
  readonly mayBeExcused: boolean;
}

/** Whether the verdict can no longer be clean, whatever engines still say; `because`: an engine failed in this way. */
export function isHopeless(known: KnownSoFar): { because: EngineErrorCode | null } | null {
  const { wholes, views, inspected, mayBeExcused } = known;
  const failed = [...wholes, ...views.map((view) => view.failure), inspected].find(
    (one) => one?.kind === 'failed',
  );
  if (failed?.kind === 'failed') return { because: failed.code };
  const isUnseen =
    views.some((view) => view.notExaminedTotal > 0) ||
    (inspected !== null && (!isInspectedInFull(inspected) || isUnscannable(wholes, inspected)));
  const isFound =
    !mayBeExcused &&
    (wholes.some((one) => one?.kind === 'infected') ||
      views.some((view) => view.hits.length > 0) ||
      (inspected?.kind === 'inspected' &&
        inspected.inspection.runs.some((run) => run.outcome === 'infected')));
  return isUnseen || isFound ? { because: null } : null;
}

function isInspectedInFull(inspected: InspectionOutcome): boolean {
  if (inspected.kind !== 'inspected') return false;
  const { isOutOfTime, unexaminedTotal, runs } = inspected.inspection;
  return !isOutOfTime && unexaminedTotal === 0 && !runs.some((run) => run.outcome === 'failed');
}

/** An engine could not examine the whole, and did not see all of its parts alone either. A remark may still be nothing. */
const isUnscannable = (wholes: KnownSoFar['wholes'], inspected: InspectionOutcome): boolean =>
  wholes.some((one) => one?.kind === 'unscannable' && one.isRemark !== true) &&
  !(inspected.kind === 'inspected' && inspected.inspection.isCovered);
