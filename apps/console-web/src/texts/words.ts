import { alertStateNames, importanceNames, scanStateNames } from '@sluice/console-api/words';
import type { AlertState, Importance, ScanState } from '@sluice/contracts';

export { describeReason, dispositionNames, technologyNames } from '@sluice/console-api/words';

/** What the words of the API mean to an operator, and their colour. */
interface Word {
  readonly name: string;
  readonly color: string;
}

export const importanceWords: Readonly<Record<Importance, Word>> = {
  high: { name: importanceNames.high, color: 'red' },
  medium: { name: importanceNames.medium, color: 'orange' },
  low: { name: importanceNames.low, color: 'blue' },
};

export const alertStateWords: Readonly<Record<AlertState, Word>> = {
  new: { name: alertStateNames.new, color: 'orange' },
  'in-process': { name: alertStateNames['in-process'], color: 'blue' },
  closed: { name: alertStateNames.closed, color: 'gray' },
};

export const scanStateWords: Readonly<Record<ScanState, Word>> = {
  processing: { name: scanStateNames.processing, color: 'blue' },
  detect: { name: scanStateNames.detect, color: 'red' },
  'not detected': { name: scanStateNames['not detected'], color: 'teal' },
  timeout: { name: scanStateNames.timeout, color: 'orange' },
  error: { name: scanStateNames.error, color: 'orange' },
};

/** Queues that jobs wait in. */
export const queueNames: Readonly<Record<string, string>> = {
  light: 'Ordinary objects',
  heavy: 'Large objects',
  mail: 'Mail',
};
