import type { SettingKey } from '@sluice/contracts';

export interface SettingText {
  readonly name: string;
  /** What it does, and what changing it changes. */
  readonly effect: string;
}

export interface SettingGroup {
  readonly title: string;
  readonly keys: readonly SettingKey[];
}

export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Scanning',
    keys: [
      'maximumMailPriority',
      'maxObjectSize',
      'maxConcurrentScans',
      'scanTimeoutSeconds',
      'heavyObjectBytes',
      'maxSignatureAgeHours',
      'allowTestSignatures',
    ],
  },
  {
    title: 'What is opened',
    keys: ['maxDepth', 'maxParts', 'maxTotalBytes', 'maxPartBytes', 'maxHeldBytes', 'maxRatio'],
  },
  {
    title: 'How long things are kept',
    keys: [
      'resultRetentionDays',
      'alertRetentionDays',
      'quarantineRetentionDays',
      'quarantineMaxBytes',
      'auditRetentionDays',
    ],
  },
  {
    title: 'Requests of unknown systems',
    keys: [
      'integrationRequests',
      'maxPendingRequests',
      'maxPendingRequestsPerAddress',
      'pendingRequestHours',
    ],
  },
];

export const settingTexts: Readonly<Record<SettingKey, SettingText>> = {
  maximumMailPriority: {
    name: 'Maximum scan priority',
    effect: 'Objects from mail sensors are scanned before all others. Off: everything in order of arrival.',
  },
  maxObjectSize: {
    name: 'Largest object',
    effect: 'A larger object is refused with 413. Not above what every required engine takes.',
  },
  maxConcurrentScans: {
    name: 'Unfinished scans',
    effect:
      'When so many scans are unfinished, further ones are refused with 429. A tenth is kept for mail sensors.',
  },
  scanTimeoutSeconds: {
    name: 'Longest scan',
    effect: 'A scan that takes longer ends in “timeout”. Waiting in the queue does not count.',
  },
  heavyObjectBytes: {
    name: 'Large objects',
    effect: 'Larger objects wait in a queue of their own, so that they do not hold up small ones.',
  },
  maxSignatureAgeHours: {
    name: 'Oldest signatures',
    effect: 'An engine whose signatures are older counts as not run, and its scans end in “error”.',
  },
  allowTestSignatures: {
    name: 'Test signatures',
    effect:
      'For trying out on one machine: the built-in test signatures may judge. Verdicts then say little.',
  },
  maxDepth: {
    name: 'Depth',
    effect:
      'Containers inside containers are opened so deep. What is deeper is not examined: the scan ends in “error”.',
  },
  maxParts: {
    name: 'Parts',
    effect: 'So many parts of one object are examined. With more the scan ends in “error”.',
  },
  maxTotalBytes: {
    name: 'Unpacked in all',
    effect:
      'So much is unpacked from one object, and sent to a content engine. With more the scan ends in “error”.',
  },
  maxPartBytes: {
    name: 'Largest part',
    effect: 'A part that is larger when unpacked is not examined. An inspector process needs memory for it.',
  },
  maxHeldBytes: {
    name: 'Open at one time',
    effect:
      'Containers inside one another, with the part that comes out. An inspector process needs memory for them.',
  },
  maxRatio: {
    name: 'Ratio',
    effect:
      'Unpacked bytes for each packed byte, once 32 MiB came out. A container with more is left as a bomb.',
  },
  resultRetentionDays: { name: 'Results', effect: 'Finished scans can be queried for so long.' },
  alertRetentionDays: { name: 'Alerts', effect: 'Older alerts are removed, with their comments.' },
  quarantineRetentionDays: {
    name: 'Detected objects',
    effect:
      'Objects with detections, errors or time-outs are kept for so long, to be downloaded or scanned again.',
  },
  quarantineMaxBytes: {
    name: 'Space for detected objects',
    effect: 'When it is used up, the oldest kept objects are removed first.',
  },
  auditRetentionDays: { name: 'Audit log', effect: 'Older entries are removed.' },
  integrationRequests: {
    name: 'New requests',
    effect: 'Closed: unknown systems are refused and do not appear in the Server list.',
  },
  maxPendingRequests: {
    name: 'Waiting requests',
    effect: 'So many requests may wait for a decision in all.',
  },
  maxPendingRequestsPerAddress: {
    name: 'Waiting requests of one address',
    effect: 'So many may wait from one address.',
  },
  pendingRequestHours: {
    name: 'Life of a request',
    effect: 'A request that is not repeated for so long goes away.',
  },
};
