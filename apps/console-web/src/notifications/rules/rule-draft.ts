import type { OperationMatch, Rule, RuleMatch } from '@sluice/notifications';
import type { Channel } from '../channel.js';
import type { StoredRule } from '../rule.js';

type DetectionMatch = Omit<RuleMatch, 'operation'>;

/** What stands in the fields. Conditions of both sorts are kept; the chosen sort is what is saved. */
export interface RuleDraft {
  readonly name: string;
  readonly enabled: boolean;
  readonly channelId: string | null;
  readonly to: string[];
  readonly subject: string;
  readonly tells: 'detections' | 'operation';
  readonly match: DetectionMatch;
  readonly operation: OperationMatch;
  readonly digestMinutes: number;
  readonly maxPerHour: number | null;
}

export const noMatch: DetectionMatch = {
  minimumImportance: null,
  technologies: [],
  externalSystemIds: [],
  types: [],
  address: null,
  source: null,
};
export const noOperation: OperationMatch = {
  healthFrom: null,
  engineDown: false,
  signaturesOlderThanDays: null,
  queueOlderThanSeconds: null,
  failedJobs: false,
  integrationRequests: false,
  certificateExpiresWithinDays: null,
};
/** What most want to hear of; shown ticked when somebody turns to operation. */
const usualOperation: OperationMatch = {
  ...noOperation,
  healthFrom: 'degraded',
};

export function draftOfRule(rule: StoredRule | null, onlyChannelId: string | null): RuleDraft {
  if (rule === null)
    return {
      name: '',
      enabled: true,
      channelId: onlyChannelId,
      to: [],
      subject: '',
      tells: 'detections',
      match: noMatch,
      operation: usualOperation,
      digestMinutes: 0,
      maxPerHour: null,
    };
  const { operation, ...match } = rule.match;
  return {
    name: rule.name,
    enabled: rule.enabled,
    channelId: rule.channelId,
    to: rule.to,
    subject: rule.subject ?? '',
    tells: operation === null ? 'detections' : 'operation',
    match,
    operation: operation ?? usualOperation,
    digestMinutes: rule.digestMinutes,
    maxPerHour: rule.maxPerHour,
  };
}

export const matchOf = (draft: RuleDraft): RuleMatch =>
  draft.tells === 'detections'
    ? { ...draft.match, operation: null }
    : { ...noMatch, operation: draft.operation };

/** Recipients and subject are of mails alone; digests and limits of detections alone. */
export function ruleOf(
  draft: RuleDraft,
  kind: Channel['kind'] | null,
): Omit<Rule, 'channelId'> & {
  readonly channelId: string | null;
} {
  const isMail = kind === 'smtp';
  const isDetections = draft.tells === 'detections';
  return {
    name: draft.name.trim(),
    enabled: draft.enabled,
    channelId: draft.channelId,
    to: isMail ? [...draft.to] : [],
    subject: isMail && isDetections && draft.subject.trim() !== '' ? draft.subject.trim() : null,
    match: matchOf(draft),
    digestMinutes: isDetections ? draft.digestMinutes : 0,
    maxPerHour: isDetections ? draft.maxPerHour : null,
  };
}

/** What has to be there and isn't; what the rest holds is for the API to judge. */
export function missingOf(draft: RuleDraft, kind: Channel['kind'] | null): string[] {
  return [
    ...(draft.name.trim() === '' ? ['a name'] : []),
    ...(draft.channelId === null ? ['a channel'] : []),
    ...(kind === 'smtp' && draft.to.length === 0 ? ['recipients'] : []),
  ];
}
