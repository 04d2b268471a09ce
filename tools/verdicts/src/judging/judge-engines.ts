import type { Verdict } from '@sluice/contracts';

/** The engines that each have to see every byte. */
export const judgedEngines = ['clamav', 'yara', 'hash-list'] as const;
export type JudgedEngine = (typeof judgedEngines)[number];

/** `silent`: the needle was not found, and nothing says that this engine did not see all of the object. */
export type EngineView = 'found' | 'said' | 'silent';
export type EngineViews = Readonly<Record<JudgedEngine, EngineView>>;

/** What every engine's word for the needle contains, whatever else it finds. */
export const needleWord = 'EICAR';

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

export function viewsOf(verdict: Verdict): EngineViews {
  const view = (engine: JudgedEngine): EngineView => {
    const isFound = verdict.detections.some((one) => one.engine === engine && one.name.includes(needleWord));
    if (isFound) return 'found';
    return unseenBy(verdict, engine) ? 'said' : 'silent';
  };
  return { clamav: view('clamav'), yara: view('yara'), 'hash-list': view('hash-list') };
}

/** What the inspector could not open, no engine saw. */
function unseenBy({ engines }: Verdict, engine: JudgedEngine): boolean {
  return engines.some(
    (run) => (run.engine === engine || run.engine === 'inspector') && run.outcome === 'unscannable',
  );
}

/** Why something was not examined, for people. */
export const reasonsOf = ({ engines, reason }: Verdict): string[] => {
  const listed = engines
    .filter((run) => run.outcome === 'unscannable' || run.outcome === 'failed')
    .map((run) => `${run.engine}: ${run.reason ?? run.outcome}`);
  return listed.length > 0 || reason === null ? listed : [reason];
};
