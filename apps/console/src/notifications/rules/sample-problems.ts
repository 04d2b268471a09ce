import type { OperationEvent, OperationMatch, OperationProblem } from '@sluice/notifications';
import { randomUUID } from 'node:crypto';

const dayMs = 86_400_000;

/**
 * Troubles as the notifier words them, one for each a rule tells. They are made up: there may be none right now, and
 * whoever writes the rule wants to see how it would look.
 */
export function sampleOperationEvent(match: OperationMatch, now = new Date()): OperationEvent {
  const problems = sampleProblems(match, now);
  return {
    kind: 'operation',
    eventId: randomUUID(),
    createdAt: now.toISOString(),
    problems,
    problemsTotal: problems.length,
  };
}

function sampleProblems(match: OperationMatch, now: Date): OperationProblem[] {
  const { signaturesOlderThanDays, queueOlderThanSeconds, certificateExpiresWithinDays } = match;
  const one = (kind: OperationProblem['kind'], subject: string, text: string) => [{ kind, subject, text }];
  const endsOn = new Date(now.getTime() + (certificateExpiresWithinDays ?? 0) * dayMs)
    .toISOString()
    .slice(0, 10);
  return [
    ...(match.healthFrom === null
      ? []
      : one('health', 'engine:clamav', 'clamav does not work on any scanner.')),
    ...(match.engineDown
      ? one('engine-down', 'clamav on scanner-1', 'clamav on scanner-1 is down: no answer')
      : []),
    ...(signaturesOlderThanDays === null
      ? []
      : one(
          'signatures-old',
          'clamav',
          `the signatures of clamav are ${signaturesOlderThanDays + 1} days old`,
        )),
    ...(queueOlderThanSeconds === null
      ? []
      : one(
          'queue-old',
          'light 1',
          `the oldest light job at priority 1 has waited for ${queueOlderThanSeconds + 1} s`,
        )),
    ...(match.failedJobs ? one('failed-job', '18', 'failed job 18: too-many-attempts') : []),
    ...(match.integrationRequests
      ? one('integration-request', 'sample', 'integration request of files-02 from 192.0.2.10')
      : []),
    ...(certificateExpiresWithinDays === null
      ? []
      : one(
          'certificate-expiring',
          'sample',
          `the certificate of the external system files-01 is valid until ${endsOn}`,
        )),
  ];
}
