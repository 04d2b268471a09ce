import type { RegistryEntry, StatesAnswer } from '@sluice/contracts';

type Scan = StatesAnswer['scans'][number];

/** How a list of states looks on the wire: what real clients read, or what the documentation says. */
export interface StateFormat {
  readonly open: string;
  readonly close: (next: string | null) => string;
  readonly scan: (scan: Scan) => string;
  readonly emptyStatus: 200 | 204;
}

/** An id the documentation would call a number: kept exactly by every JSON reader. */
const numericId = /^(0|[1-9]\d{0,14})$/;

const actual: StateFormat = {
  open: '{"scans":[',
  close: (next) => (next === null ? ']}' : `],"next":${JSON.stringify(next)}}`),
  scan: ({ scanId, state }) => JSON.stringify({ scanId, state }),
  emptyStatus: 200,
};

const documented: StateFormat = {
  open: '[',
  close: () => ']',
  scan: ({ scanId, state }) =>
    JSON.stringify({ scanId: numericId.test(scanId) ? Number(scanId) : scanId, state: [state] }),
  emptyStatus: 204,
};

export const stateFormats: Readonly<Record<RegistryEntry['answerFormat'], StateFormat>> = {
  actual,
  documented,
};
