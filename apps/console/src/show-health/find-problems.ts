import type { Settings } from '@sluice/contracts';
import type { Instance } from './instance.query.js';

const hourMs = 3_600_000;
/** How far ahead the end of a certificate is warned of. */
export const certificateWarningDays = 30;
/** Without these nothing is scanned. The console answers, so it runs. */
const necessaryServices = ['gateway', 'results', 'scanner'] as const;

export interface ExpiringCertificate {
  readonly sensorId: string;
  readonly notAfter: Date;
}

export interface Situation {
  readonly instances: readonly Instance[];
  readonly settings: Settings;
  readonly expiring: readonly ExpiringCertificate[];
  readonly nowMs: number;
}

/** What is wrong, one sentence each, the worst first. */
export function findProblems(situation: Situation): string[] {
  const live = situation.instances.filter((one) => one.isAnswering);
  return [
    ...necessaryServices
      .filter((name) => !live.some((one) => one.service === name))
      .map((name) => `No ${name} is running.`),
    ...situation.instances.filter((one) => !one.isAnswering).map(describeSilence),
    ...live.filter((one) => !one.is_ready).map(describeUnready),
    ...live.flatMap((one) => engineProblems(one, situation)),
    ...live.flatMap((one) => serverCertificateProblems(one, situation.nowMs)),
    ...situation.expiring.map((one) => describeExpiring(one, situation.nowMs)),
    ...(situation.settings.allowTestSignatures
      ? ['Test signatures are allowed: verdicts say little. This is for trying out on one machine only.']
      : []),
  ];
}

const describeSilence = (one: Instance): string =>
  `${one.service} ${one.instance} has not answered for ${Math.round(one.silent_seconds)} seconds.`;

const describeUnready = (one: Instance): string =>
  `${one.service} ${one.instance} is not ready: ${one.problems.join('; ') || 'it does not say why'}.`;

function engineProblems(one: Instance, { settings, nowMs }: Situation): string[] {
  return one.engines.flatMap((engine) => {
    const name = `${engine.engine} on ${one.instance}`;
    if (!engine.isHealthy)
      return [`The engine ${name} does not work: ${engine.problem ?? 'it does not say why'}.`];
    if (engine.isTestSignatures) return [`The engine ${name} has test signatures only.`];
    if (engine.signaturesAt === null) return [];
    const ageHours = Math.floor((nowMs - Date.parse(engine.signaturesAt)) / hourMs);
    return ageHours > settings.maxSignatureAgeHours
      ? [`The signatures of ${name} are ${ageHours} hours old.`]
      : [];
  });
}

function serverCertificateProblems(one: Instance, nowMs: number): string[] {
  if (one.certificate_not_after === null) return [];
  const days = daysUntil(one.certificate_not_after, nowMs);
  return days > certificateWarningDays ? [] : [`The certificate of gateway ${one.instance} ${endsIn(days)}.`];
}

const describeExpiring = (one: ExpiringCertificate, nowMs: number): string =>
  `The certificate of external system ${one.sensorId} ${endsIn(daysUntil(one.notAfter, nowMs))}; it goes on being accepted.`;

const daysUntil = (at: Date, nowMs: number): number => Math.floor((at.getTime() - nowMs) / (24 * hourMs));
const endsIn = (days: number): string => (days < 0 ? 'has ended' : `ends in ${days} days`);
