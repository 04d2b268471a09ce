import type { Verdict } from '@sluice/contracts';

/** The engines that each have to see every byte. */
export const judgedEngines = ['clamav', 'yara', 'hash-list'] as const;
export type JudgedEngine = (typeof judgedEngines)[number];

/** `silent`: the needle was not found, and nothing says that this engine did not see all of the object. */
export type EngineView = 'found' | 'said' | 'silent';
export type EngineViews = Readonly<Record<JudgedEngine, EngineView>>;

/** What every engine's word for the needle contains, whatever else it finds. */
export const needleWord = 'EICAR';

const mostListed = 5;

/** As the API says it. */
export type ScanState = 'detect' | 'not detected' | 'error' | 'failed';

/** `failed`: a healthy engine failed on the object; the ledger would try again, and in the end say `error`. */
export function stateOf({ outcome }: Pick<Verdict, 'outcome'>): ScanState {
  switch (outcome) {
    case 'infected':
      return 'detect';
    case 'clean':
      return 'not detected';
    case 'error':
    case 'timeout':
      return 'error';
    case 'failed-attempt':
      return 'failed';
  }
}

/** No word on the object, whatever the state: an engine failed, ended over it, or was not heard in time. */
export const isEngineFault = ({ outcome, notExamined, reason }: Verdict): boolean =>
  outcome === 'failed-attempt' ||
  outcome === 'timeout' ||
  reason === 'engine-failed' ||
  reason === 'too-many-attempts' ||
  notExamined.some((one) => one.reason === 'engine-failed' || one.reason === 'engine-timeout');

export function viewsOf(verdict: Verdict): EngineViews {
  const view = (engine: JudgedEngine): EngineView => {
    const isFound = verdict.detections.some((one) => one.engine === engine && one.name.includes(needleWord));
    if (isFound) return 'found';
    return unseenBy(verdict, engine) ? 'said' : 'silent';
  };
  return { clamav: view('clamav'), yara: view('yara'), 'hash-list': view('hash-list') };
}

/** What the inspector could not open, no engine saw. */
const unseenBy = ({ notExamined }: Verdict, engine: JudgedEngine): boolean =>
  notExamined.some((one) => one.engine === engine || one.engine === 'inspector');

/** Where, by which engine and why something was not examined, for people. */
export function reasonsOf({ notExamined, notExaminedTotal, reason }: Verdict): string[] {
  const listed = notExamined.slice(0, mostListed).map(({ path, engine, reason: why, limit }) => {
    const place = path.length === 0 ? 'the object' : path.join(' › ');
    return `${place}: ${why}${limit === undefined ? '' : ` (${limit})`}, ${engine}`;
  });
  if (notExaminedTotal > listed.length) listed.push(`and ${notExaminedTotal - listed.length} more`);
  return listed.length > 0 || reason === null ? listed : [reason];
}
