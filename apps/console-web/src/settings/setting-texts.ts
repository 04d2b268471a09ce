import type { SettingKey } from '@sluice/contracts';

/** Cards of the page, in order. */
export const settingGroups = [
  'Scanning',
  'What is opened',
  'How long things are kept',
  'Requests of unknown systems',
] as const;

export interface SettingText {
  /** The card it stands on. */
  readonly group: (typeof settingGroups)[number];
  readonly name: string;
  /** What it does, and what changing it changes. */
  readonly effect: string;
}

/** A setting of the contracts that is missing here does not compile. */
export const settingTexts: Readonly<Record<SettingKey, SettingText>> = {
  maximumMailPriority: {
    group: 'Scanning',
    name: 'Maximum scan priority',
    effect: 'Objects from mail sensors are scanned before all others. Off: everything in order of arrival.',
  },
  maxObjectSize: {
    group: 'Scanning',
    name: 'Largest object',
    effect: 'Larger objects are refused with 413. It cannot be above what every required engine takes.',
  },
  maxConcurrentScans: {
    group: 'Scanning',
    name: 'Concurrent scan limit',
    effect:
      'Unfinished scans at one time in the whole system. Further objects are refused with 429; a tenth is kept for mail sensors.',
  },
  maxUnfinishedScansPerSystem: {
    group: 'Scanning',
    name: 'Limit for one system',
    effect:
      'Unfinished scans of one external system at one time. Its further objects are refused with 429. A limit set for the system itself takes precedence.',
  },
  maxUnfinishedScansPerMailSystem: {
    group: 'Scanning',
    name: 'Limit for one mail sensor',
    effect: 'Unfinished scans of one mail sensor at one time; as above.',
  },
  scanTimeoutSeconds: {
    group: 'Scanning',
    name: 'Scan timeout',
    effect:
      'A scan that takes longer ends in “timeout”. Waiting in the queue does not count. clamd takes it over as MaxScanTime when it starts again.',
  },
  heavyObjectBytes: {
    group: 'Scanning',
    name: 'Large objects',
    effect: 'Larger objects wait in a queue of their own, so that they do not hold up small ones.',
  },
  maxSignatureAgeHours: {
    group: 'Scanning',
    name: 'Maximum signature age',
    effect: 'An engine whose signatures are older counts as not run, and its scans end in “error”.',
  },
  clamavHeuristics: {
    group: 'Scanning',
    name: "ClamAV's heuristics",
    effect:
      'What ClamAV’s names count as that begin with “Heuristics.” or “PUA.”, one per line: “Heuristics.OLE2.ContainsMacros = high”. Possible: high, medium, low (a detection of this importance); encrypted, limit-exceeded, damaged, unsupported (not examined); information (neither). Names that are not listed keep their built-in meaning.',
  },
  reuseVerdictsMinutes: {
    group: 'Scanning',
    name: 'Reuse of verdicts',
    effect:
      'How long the same bytes from the same system get the verdict of before, while signatures, rules, lists and limits are the same. 0: everything is scanned.',
  },
  shareVerdicts: {
    group: 'Scanning',
    name: 'Reuse across systems',
    effect:
      'A verdict is reused for other systems as well. An instant verdict then reveals to a system that another one had the same object.',
  },
  rescanKept: {
    group: 'Scanning',
    name: 'Scan kept objects again',
    effect:
      'When signatures, rules or lists changed, what is kept in quarantine is scanned again while scanners have nothing else to do. What is detected then raises an alert; what is clean then is only marked so.',
  },
  rescanInFlight: {
    group: 'Scanning',
    name: 'Kept objects scanned again at once',
    effect: 'How many of them may be on their way at the same time, in all scanners together.',
  },
  rescanKeptDays: {
    group: 'Scanning',
    name: 'Age of kept objects scanned again',
    effect: 'Objects that were kept longer ago than this are not scanned again.',
  },
  releaseTicketMinutes: {
    group: 'Scanning',
    name: 'Released mail at sensors',
    effect:
      'Where released mail goes to a listener that asks a mail sensor: the minutes for which a release is let through there after it ended. 0: not at all, for a listener that asks none.',
  },
  allowTestSignatures: {
    group: 'Scanning',
    name: 'Test signatures',
    effect:
      'For trying out on one machine: the built-in test signatures may judge. They do NOT detect real malware.',
  },
  maxDepth: {
    group: 'What is opened',
    name: 'Depth',
    effect:
      'Levels of containers inside containers that are opened. What is deeper is not examined: the scan ends in “error”.',
  },
  maxParts: {
    group: 'What is opened',
    name: 'Parts',
    effect: 'Parts of one object that are examined. With more the scan ends in “error”.',
  },
  maxTotalBytes: {
    group: 'What is opened',
    name: 'Unpacked in all',
    effect:
      'Bytes that are unpacked from one object, and sent to a content engine. With more the scan ends in “error”.',
  },
  maxPartBytes: {
    group: 'What is opened',
    name: 'Largest part',
    effect:
      'A part that is larger when unpacked is not examined, but for the tar in a .tar.gz and the like. An inspector process needs memory for it.',
  },
  maxHeldBytes: {
    group: 'What is opened',
    name: 'Open at one time',
    effect:
      'Containers inside one another, with the part that comes out. An inspector process needs memory for them.',
  },
  maxRatio: {
    group: 'What is opened',
    name: 'Ratio',
    effect:
      'Unpacked bytes for each packed byte, once 128 MiB came out. A container with more is left as a bomb.',
  },
  passwordsToTry: {
    group: 'What is opened',
    name: 'Passwords to try',
    effect:
      'Tried on encrypted archives and documents, after words that the mail around them announces; at most 20 for each. Every operator can read them.',
  },
  resultRetentionDays: {
    group: 'How long things are kept',
    name: 'Results',
    effect: 'How long finished scans can be queried.',
  },
  alertRetentionDays: {
    group: 'How long things are kept',
    name: 'Alerts',
    effect: 'Older alerts are removed, with their comments.',
  },
  quarantineRetentionDays: {
    group: 'How long things are kept',
    name: 'Detected objects',
    effect:
      'How long objects with detections, errors or time-outs are kept, to be downloaded or scanned again.',
  },
  quarantineMaxBytes: {
    group: 'How long things are kept',
    name: 'Space for detected objects',
    effect:
      'When it is used up, the oldest kept objects are removed first, but never mail that Sluice alone holds: then further such mail is put off.',
  },
  expiredHeldMail: {
    group: 'How long things are kept',
    name: 'Held mail that no one decided on',
    effect:
      'Sluice alone has it, and its sender believes that it arrived. Notify the sender: they learn that it did not. Delete: no one hears of it.',
  },
  auditRetentionDays: {
    group: 'How long things are kept',
    name: 'Audit log',
    effect: 'Older entries are removed.',
  },
  integrationRequests: {
    group: 'Requests of unknown systems',
    name: 'New requests',
    effect: 'Closed: unknown systems are refused and do not appear in the Server list.',
  },
  maxPendingRequests: {
    group: 'Requests of unknown systems',
    name: 'Maximum pending requests',
    effect: 'When more wait for a decision, the oldest of the address that has most is dropped.',
  },
  maxPendingRequestsPerAddress: {
    group: 'Requests of unknown systems',
    name: 'Maximum pending requests per address',
    effect: 'Further ones from the same address are left out, so that others have room.',
  },
  pendingRequestHours: {
    group: 'Requests of unknown systems',
    name: 'Pending requests expire after',
    effect: 'A request that is not repeated in this time is dropped.',
  },
};

/** The choices of settings that are one of a few words. */
export const settingOptionNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  integrationRequests: { open: 'Open', closed: 'Closed' },
  expiredHeldMail: { refuse: 'Notify the sender', delete: 'Delete' },
};
