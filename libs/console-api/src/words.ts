import type {
  AlertDisposition,
  AlertState,
  Importance,
  NotExamined,
  ScanState,
  SystemType,
  Technology,
} from '@sluice/contracts';

/** What people read for the words of the API, on pages and in exported tables. */
export const importanceNames: Readonly<Record<Importance, string>> = {
  high: 'High',
  medium: 'Medium',
  low: 'Low',
};

export const alertStateNames: Readonly<Record<AlertState, string>> = {
  new: 'New',
  'in-process': 'In process',
  closed: 'Closed',
};

/** What a closed alert turned out to be. */
export const dispositionNames: Readonly<Record<AlertDisposition, string>> = {
  'true-positive': 'True positive',
  'false-positive': 'False positive',
  test: 'Test',
  duplicate: 'Duplicate',
};

export const scanStateNames: Readonly<Record<ScanState, string>> = {
  processing: 'Processing',
  detect: 'Detected',
  'not detected': 'Not detected',
  timeout: 'Timed out',
  error: 'Not examined',
};

export const technologyNames: Readonly<Record<Technology, string>> = {
  am: 'Antivirus',
  yara: 'YARA',
  sb: 'Sandbox',
  url_reputation: 'URL reputation',
  ids: 'IDS',
};

export const systemTypeNames: Readonly<Record<SystemType, string>> = {
  mail: 'Mail sensor',
  other: 'External system',
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

/** `attachment 2 › private.7z: A part is encrypted`, a place each. */
export const describePlace = ({ path, reason }: Pick<NotExamined, 'path' | 'reason'>): string =>
  `${path.length === 0 ? 'The object itself' : path.join(' › ')}: ${describeReason(reason)}`;
