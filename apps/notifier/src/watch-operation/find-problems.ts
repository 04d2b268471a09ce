import { causeLevels, type CauseLevel } from '@sluice/contracts';
import type { OperationMatch, OperationProblem } from '@sluice/notifications';

/** What the system reports of itself, as the notifier's views show it. */
export interface Operation {
  readonly instances: readonly ReportedInstance[];
  readonly oldestJobs: readonly {
    readonly queue: string;
    readonly priority: number;
    readonly ageSeconds: number;
  }[];
  readonly failedJobs: readonly { readonly id: number; readonly reason: string; readonly failedAt: Date }[];
  readonly certificates: readonly ExternalCertificate[];
  /** Of the health page, with the moment when a console looked last; null: never. */
  readonly causes: readonly { readonly id: string; readonly level: CauseLevel; readonly title: string }[];
  readonly lookedAt: Date | null;
}
export interface ReportedInstance {
  readonly service: string;
  readonly instance: string;
  readonly engines: readonly {
    readonly engine: string;
    readonly isHealthy: boolean;
    readonly problem: string | null;
    readonly signaturesAt: string | null;
  }[];
  readonly certificateNotAfter: Date | null;
  readonly certificateFingerprint: string | null;
  readonly seenAt: Date;
}
export interface ExternalCertificate {
  readonly id: string;
  readonly sensorId: string;
  readonly state: 'pending' | 'accepted';
  readonly name: string | null;
  readonly address: string | null;
  readonly notAfter: Date | null;
}

export interface ProblemScope {
  /** Of the rule: jobs that failed before it was made are no news. */
  readonly since: Date;
  readonly nowMs: number;
  /** What the notifier sees of the broker itself; null while it works. */
  readonly brokerProblem: string | null;
  /** When this notifier began to watch: consoles that started with it have had no time to look before. */
  readonly watchedSinceMs: number;
}

/** An instance that didn't report for longer is not asked about its engines. */
export const silentAfterMs = 60_000;
/** A console looks every few seconds; what it saw is known by the minute. */
export const unwatchedAfterMs = 180_000;
const dayMs = 86_400_000;

/** Everything a rule on operation is about, as it is now. A problem keeps its `subject` for as long as it lasts. */
export function findProblems(
  operation: Operation,
  match: OperationMatch,
  scope: ProblemScope,
): OperationProblem[] {
  return [
    ...healthCauses(operation, match, scope),
    ...(match.engineDown ? enginesDown(operation, scope) : []),
    ...oldSignatures(operation, match, scope),
    ...oldQueues(operation, match),
    ...(match.failedJobs ? failedJobs(operation, scope) : []),
    ...(match.integrationRequests ? integrationRequests(operation) : []),
    ...expiringCertificates(operation, match, scope),
  ];
}

/** In the words of the health page; what it cannot say is that no one looks. */
function healthCauses(operation: Operation, match: OperationMatch, scope: ProblemScope): OperationProblem[] {
  const { healthFrom } = match;
  if (healthFrom === null) return [];
  const told = causeLevels.slice(0, causeLevels.indexOf(healthFrom) + 1);
  const causes = operation.causes
    .filter(({ level }) => told.includes(level))
    // With its level: what gets worse is news.
    .map(({ id, level, title }) => ({ kind: 'health' as const, subject: `${id} ${level}`, text: title }));
  return isUnwatched(operation, scope) ? [unwatched, ...causes] : causes;
}

const unwatched: OperationProblem = {
  kind: 'health',
  subject: 'console:none',
  text: 'No console has looked at the health of the system for three minutes, so nothing new is known of it. Start the console.',
};

const isUnwatched = ({ lookedAt }: Operation, { nowMs, watchedSinceMs }: ProblemScope): boolean =>
  Math.max(lookedAt?.getTime() ?? 0, watchedSinceMs) < nowMs - unwatchedAfterMs;

const reporting = (operation: Operation, { nowMs }: ProblemScope): ReportedInstance[] =>
  operation.instances.filter((one) => one.seenAt.getTime() > nowMs - silentAfterMs);

function enginesDown(operation: Operation, scope: ProblemScope): OperationProblem[] {
  const live = reporting(operation, scope);
  const scanners = live.filter((one) => one.service === 'scanner');
  // Without either of them no report arrives, and silence says nothing of the scanners.
  const down = (subject: string, text: string): OperationProblem[] => [
    { kind: 'engine-down', subject, text },
  ];
  if (scope.brokerProblem !== null)
    return down('broker', `the broker (RabbitMQ) does not work: ${scope.brokerProblem}`);
  const isResults = ({ service }: ReportedInstance): boolean => service === 'results';
  if (operation.instances.some(isResults) && !live.some(isResults))
    return down('results', 'results has not reported for a minute, so nothing is known of the scanners');
  if (scanners.length === 0 && operation.instances.some((one) => one.service === 'scanner'))
    return down('scanners', 'no scanner has reported for a minute');
  return scanners.flatMap(({ instance, engines }) =>
    engines
      .filter((engine) => !engine.isHealthy)
      .map(({ engine, problem }) => ({
        kind: 'engine-down' as const,
        subject: `${engine} on ${instance}`,
        text: `${engine} on ${instance} is down${problem === null ? '' : `: ${problem}`}`,
      })),
  );
}

/** Per engine, by the oldest that an instance uses. */
function oldSignatures(operation: Operation, match: OperationMatch, scope: ProblemScope): OperationProblem[] {
  const { signaturesOlderThanDays: days } = match;
  if (days === null) return [];
  const oldest = new Map<string, number>();
  for (const { engine, signaturesAt } of reporting(operation, scope).flatMap((one) => one.engines))
    if (signaturesAt !== null)
      oldest.set(engine, Math.min(oldest.get(engine) ?? Number.POSITIVE_INFINITY, Date.parse(signaturesAt)));
  return [...oldest]
    .filter(([, at]) => at < scope.nowMs - days * dayMs)
    .map(([engine, at]) => ({
      kind: 'signatures-old',
      subject: engine,
      text: `the signatures of ${engine} are ${Math.floor((scope.nowMs - at) / dayMs)} days old`,
    }));
}

function oldQueues(operation: Operation, match: OperationMatch): OperationProblem[] {
  const { queueOlderThanSeconds: seconds } = match;
  if (seconds === null) return [];
  return operation.oldestJobs
    .filter((one) => one.ageSeconds > seconds)
    .map(({ queue, priority, ageSeconds }) => ({
      kind: 'queue-old',
      subject: `${queue} ${priority}`,
      text: `the oldest ${queue} job at priority ${priority} has waited for ${Math.floor(ageSeconds)} s`,
    }));
}

const failedJobs = (operation: Operation, { since }: ProblemScope): OperationProblem[] =>
  operation.failedJobs
    .filter((one) => one.failedAt >= since)
    .map(({ id, reason }) => ({
      kind: 'failed-job',
      subject: String(id),
      text: `failed job ${id}: ${reason}`,
    }));

const integrationRequests = (operation: Operation): OperationProblem[] =>
  operation.certificates
    .filter((one) => one.state === 'pending')
    .map(({ id, sensorId, name, address }) => ({
      kind: 'integration-request',
      subject: id,
      text: `integration request of ${sensorId}${name === null ? '' : ` (${name})`} from ${address ?? 'an unknown address'}`,
    }));

function expiringCertificates(
  operation: Operation,
  match: OperationMatch,
  scope: ProblemScope,
): OperationProblem[] {
  const { certificateExpiresWithinDays: days } = match;
  if (days === null) return [];
  const untilMs = scope.nowMs + days * dayMs;
  const isNear = (notAfter: Date | null): notAfter is Date =>
    notAfter !== null && notAfter.getTime() < untilMs;
  const ofSystems = operation.certificates.flatMap(({ id, state, sensorId, notAfter }) =>
    state === 'accepted' && isNear(notAfter)
      ? [expiring(`client ${id}`, `the certificate of the external system ${sensorId}`, notAfter)]
      : [],
  );
  // Gateways share their certificate: it is told once.
  const own = new Map<string, OperationProblem>();
  for (const { certificateFingerprint, certificateNotAfter } of reporting(operation, scope))
    if (certificateFingerprint !== null && isNear(certificateNotAfter))
      own.set(
        certificateFingerprint,
        expiring(`gateway ${certificateFingerprint}`, 'the certificate of the gateway', certificateNotAfter),
      );
  return [...ofSystems, ...own.values()];
}

const expiring = (subject: string, what: string, notAfter: Date): OperationProblem => ({
  kind: 'certificate-expiring',
  subject,
  text: `${what} is valid until ${notAfter.toISOString().slice(0, 10)}`,
});
