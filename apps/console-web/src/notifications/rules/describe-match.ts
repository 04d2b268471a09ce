import type { OperationMatch, RuleMatch } from '@sluice/notifications';
import { plural } from '../../texts/formats.js';
import { importanceWords, technologyNames } from '../../texts/words.js';

/** registrationId → what operators call the system. */
export type SystemNames = ReadonlyMap<string, string>;

/** What a rule tells, as a sentence. */
export function describeMatch(match: RuleMatch, names: SystemNames): string {
  return match.operation === null ? describeDetections(match, names) : describeOperation(match.operation);
}

function describeDetections(match: RuleMatch, names: SystemNames): string {
  const { minimumImportance, technologies, types, externalSystemIds, address, source } = match;
  const conditions = [
    ...(technologies.length === 0 ? [] : [`by ${oneOf(technologies.map((one) => technologyNames[one]))}`]),
    ...(types.length === 1 ? [types[0] === 'mail' ? 'in mail' : 'in objects that are not mail'] : []),
    ...(externalSystemIds.length === 0 ? [] : [`from ${oneOf(systemsOf(externalSystemIds, names))}`]),
    ...(isGiven(address) ? [`with a sender or recipient like ${address}`] : []),
    ...(isGiven(source) ? [`sent from ${source}`] : []),
  ];
  const what = importanceOf(minimumImportance);
  return conditions.length === 0 ? what : `${what} ${conditions.join(', ')}`;
}

function importanceOf(minimum: RuleMatch['minimumImportance']): string {
  if (minimum === null || minimum === 'low') return 'Every detection';
  const word = importanceWords[minimum].name.toLowerCase();
  return minimum === 'high' ? 'Detections of high importance' : `Detections of ${word} importance or higher`;
}

const healthWords = {
  down: 'the system is down',
  degraded: 'the system is degraded or down',
  advisory: 'the health page shows anything',
} as const;

export function describeOperation(match: OperationMatch): string {
  const { signaturesOlderThanDays, queueOlderThanSeconds, certificateExpiresWithinDays } = match;
  const parts = [
    ...(match.healthFrom === null ? [] : [healthWords[match.healthFrom]]),
    ...(match.engineDown ? ['an engine is down'] : []),
    ...(signaturesOlderThanDays === null
      ? []
      : [`signatures are older than ${plural(signaturesOlderThanDays, 'day')}`]),
    ...(queueOlderThanSeconds === null
      ? []
      : [`a job has waited for more than ${plural(queueOlderThanSeconds, 'second')}`]),
    ...(match.failedJobs ? ['a job failed'] : []),
    ...(match.integrationRequests ? ['a new system asks to be accepted'] : []),
    ...(certificateExpiresWithinDays === null
      ? []
      : [`a certificate ends within ${plural(certificateExpiresWithinDays, 'day')}`]),
  ];
  const text = oneOf(parts);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const systemsOf = (ids: readonly string[], names: SystemNames): string[] => {
  const shown = ids.slice(0, 3).map((id) => names.get(id) ?? 'a system that was removed');
  return ids.length > 3 ? [...shown, plural(ids.length - 3, 'other system')] : shown;
};
const isGiven = (text: string | null): text is string => text !== null && text !== '';

function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** How often it tells, and how much of it. */
export function describePace(rule: {
  readonly digestMinutes: number;
  readonly maxPerHour: number | null;
}): string {
  const { digestMinutes, maxPerHour } = rule;
  const pace = digestMinutes === 0 ? 'At once' : `Gathered over ${plural(digestMinutes, 'minute')}`;
  return maxPerHour === null ? pace : `${pace}, at most ${maxPerHour} an hour`;
}
