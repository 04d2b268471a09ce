import type { Detection, EngineOutcome, EngineStatus, NotExamined } from '@sluice/contracts';
import type { EngineResult } from '../combine-outcomes/combine-outcomes.js';
import { countedHits } from '../inspection/excuse-allowed.js';
import type { EngineView, FoundHit } from './engine-view.js';
import type { InspectionOutcome } from './inspection-outcome.js';

export interface ContentEngineContext {
  /** What the engine said of the object as it is. */
  readonly whole: EngineOutcome;
  readonly inspected: InspectionOutcome;
  /** The object's own hash is on the allow list: what is found in it, or in what it holds, is excused. */
  readonly isObjectAllowed: boolean;
  readonly status: EngineStatus | null;
  readonly durationMs: number;
}

/**
 * One content engine's word on an object, from what it said of the object as it is and of every part that was shown alone.
 *
 * | the engine                                                              | outcome     |
 * |-------------------------------------------------------------------------|-------------|
 * | found something that is not excused                                     | infected    |
 * | failed on the object or a part                                          | failed      |
 * | could not examine the object or a part, whose parts it did not all see  | unscannable |
 * | found something, and all of it is excused                               | excused     |
 * | said clean of everything it was shown                                   | clean       |
 */
export function contentEngineResult(view: EngineView, context: ContentEngineContext): EngineResult {
  const { whole, status, durationMs } = context;
  const { engine } = view;
  const unseen = notExamined(view, context);
  const detections = counted(view, context);
  const isExcused = view.hits.length > 0 || whole.kind === 'infected';
  return {
    engine: engine.name,
    technology: engine.technology,
    isContentEngine: true,
    status,
    durationMs,
    detectionsTotal: detections.length,
    ...unseen,
    outcome: outcomeOf(view, { whole, detections, unseen: unseen.notExamined, isExcused }),
  };
}

function outcomeOf(
  view: EngineView,
  said: {
    whole: EngineOutcome;
    detections: readonly Detection[];
    unseen: readonly NotExamined[];
    isExcused: boolean;
  },
): EngineResult['outcome'] {
  if (said.detections.length > 0) return { kind: 'infected', detections: said.detections };
  if (said.whole.kind === 'failed') return said.whole;
  if (view.failure !== null) return view.failure;
  const [first] = said.unseen;
  if (first !== undefined) return { kind: 'unscannable', reason: first.reason as UnscannableReason };
  return { kind: said.isExcused ? 'excused' : 'clean' };
}

type UnscannableReason = (EngineOutcome & { kind: 'unscannable' })['reason'];

/** Detections with their places. One on the whole object that a part explains is told of the part alone. */
function counted(view: EngineView, { whole, inspected, isObjectAllowed }: ContentEngineContext): Detection[] {
  if (isObjectAllowed) return [];
  const object = { number: 0, within: [], isAllowed: false };
  const onWhole = whole.kind === 'infected' ? whole.detections : [];
  const hits: FoundHit[] = [
    ...onWhole.map((detection) => ({ part: object, name: detection.name, detection })),
    ...view.hits,
  ];
  const isSeenInFull =
    inspected.kind === 'inspected' &&
    inspected.inspection.unexaminedTotal === 0 &&
    !inspected.inspection.isOutOfTime &&
    view.failure === null &&
    view.notExaminedTotal === 0;
  const all = new Set(countedHits(hits, () => isSeenInFull).map((hit) => hit.detection));
  const inParts = new Set([...all].filter((one) => one.path.length > 0).map((one) => one.name));
  return [...all].filter((one) => one.path.length > 0 || !inParts.has(one.name));
}

function notExamined(
  view: EngineView,
  { whole, inspected }: ContentEngineContext,
): Pick<EngineResult, 'notExamined' | 'notExaminedTotal' | 'notExaminedReasons'> {
  const own = {
    notExamined: view.notExamined,
    notExaminedTotal: view.notExaminedTotal,
    notExaminedReasons: [...view.notExaminedReasons],
  };
  const one = ofWhole(view, whole, inspected);
  if (one === null) return own;
  return {
    notExamined: [one, ...own.notExamined],
    notExaminedTotal: own.notExaminedTotal + 1,
    notExaminedReasons: [one.reason, ...own.notExaminedReasons],
  };
}

function ofWhole(view: EngineView, whole: EngineOutcome, inspected: InspectionOutcome): NotExamined | null {
  const place = { path: [], engine: view.engine.name };
  if (whole.kind === 'failed')
    return { ...place, reason: whole.code === 'timeout' ? 'engine-timeout' : 'engine-failed' };
  if (whole.kind !== 'unscannable') return null;
  // Every part was opened, and shown to the engine alone: it missed nothing of the whole.
  if (inspected.kind === 'inspected' && inspected.inspection.isCovered && !inspected.inspection.isOutOfTime)
    return null;
  return { ...place, reason: whole.reason, ...(whole.limit !== undefined && { limit: whole.limit }) };
}
