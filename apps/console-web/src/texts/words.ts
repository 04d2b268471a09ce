import type { AlertDisposition, AlertState, Importance, ScanState, Technology } from '@sluice/contracts';

/** What the words of the API mean to an operator, and their colour. */
interface Word {
  readonly name: string;
  readonly color: string;
}

export const importanceWords: Readonly<Record<Importance, Word>> = {
  high: { name: 'High', color: 'red' },
  medium: { name: 'Medium', color: 'orange' },
  low: { name: 'Low', color: 'blue' },
};

export const alertStateWords: Readonly<Record<AlertState, Word>> = {
  new: { name: 'New', color: 'orange' },
  'in-process': { name: 'In process', color: 'blue' },
  closed: { name: 'Closed', color: 'gray' },
};

/** What a closed alert turned out to be. */
export const dispositionNames: Readonly<Record<AlertDisposition, string>> = {
  'true-positive': 'True positive',
  'false-positive': 'False positive',
  test: 'Test',
  duplicate: 'Duplicate',
};

export const scanStateWords: Readonly<Record<ScanState, Word>> = {
  processing: { name: 'Processing', color: 'blue' },
  detect: { name: 'Detected', color: 'red' },
  'not detected': { name: 'Not detected', color: 'teal' },
  timeout: { name: 'Timed out', color: 'orange' },
  error: { name: 'Not examined', color: 'orange' },
};

export const technologyNames: Readonly<Record<Technology, string>> = {
  am: 'Antivirus',
  yara: 'YARA',
  sb: 'Sandbox',
  url_reputation: 'URL reputation',
  ids: 'IDS',
};

const reasons: Readonly<Record<string, string>> = {
  encrypted: 'A part is encrypted',
  'too-large': 'Too large for an engine',
  'limit-exceeded': 'A limit for containers was reached',
  unsupported: 'A format no engine opens',
  damaged: 'A part is damaged',
  ambiguous: 'Readers disagree about what a part holds',
  'engine-failed': 'An engine failed',
  'engine-timeout': 'An engine took too long',
  'no-engine': 'No engine could run',
  'test-signatures': 'Only test signatures were loaded',
  'signatures-too-old': 'The signatures were too old',
  'object-missing': 'The object is missing in the store',
  'object-altered': 'The object was altered in the store',
  unproven: 'Nothing proves that it is clean',
  'too-many-begins': 'Scanners stopped repeatedly while working on it',
  'too-many-attempts': 'Engines failed on it repeatedly',
  'bad-message': 'A message could not be read',
  'object-unreadable': 'The kept object could not be read in the store',
};

export const describeReason = (reason: string): string => reasons[reason] ?? reason;

/** Queues that jobs wait in. */
export const queueNames: Readonly<Record<string, string>> = {
  light: 'Ordinary objects',
  heavy: 'Large objects',
  mail: 'Mail',
};
