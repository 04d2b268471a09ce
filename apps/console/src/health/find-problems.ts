import type { Settings } from '@sluice/contracts';
import type { Instance } from '../instances/instance.query.js';

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

/** One thing that is wrong: a sentence, where, since when as far as it is known, and what a person does about it. */
export interface Trouble {
  readonly problem: string;
  readonly instance: string | null;
  readonly since: Date | null;
  readonly nextStep: string;
}

/** What is wrong, one sentence each, the worst first. */
export const findProblems = (situation: Situation): string[] =>
  findTroubles(situation).map(({ problem }) => problem);

export function findTroubles(situation: Situation): Trouble[] {
  const live = situation.instances.filter((one) => one.isAnswering);
  return [
    ...necessaryServices
      .filter((name) => !live.some((one) => one.service === name))
      .map((name) => trouble(`No ${name} is running.`, { nextStep: missingSteps[name] })),
    ...situation.instances.filter((one) => !one.isAnswering).map(silence),
    ...live.filter((one) => !one.is_ready).map(unreadiness),
    ...live.flatMap((one) => engineTroubles(one, situation)),
    ...live.flatMap((one) => serverCertificateTroubles(one, situation.nowMs)),
    ...situation.expiring.map((one) => expiry(one, situation.nowMs)),
    ...(situation.settings.allowTestSignatures ? [testSignatures] : []),
  ];
}

const missingSteps = {
  gateway: 'External systems can’t send anything until one runs. Start a gateway and look at its log.',
  results: 'Nothing can be accepted until one runs. Start it and look at its log.',
  scanner: 'Objects are accepted and wait. Start a scanner and look at its log.',
} as const;

const testSignatures: Trouble = {
  problem: 'Test signatures are allowed: verdicts say little. This is for trying out on one machine only.',
  instance: null,
  since: null,
  nextStep: 'Load real signatures, then switch “Test signatures” off in the settings.',
};

const trouble = (
  problem: string,
  { nextStep, instance = null, since = null }: Partial<Trouble> & Pick<Trouble, 'nextStep'>,
): Trouble => ({ problem, instance, since, nextStep });

const silence = (one: Instance): Trouble =>
  trouble(
    `The ${one.service} ${one.instance} has not answered for ${Math.round(one.silent_seconds)} seconds.`,
    {
      instance: one.instance,
      since: one.seen_at,
      nextStep:
        'Look whether its process still runs and what its log ends with; start it again. If it was removed on purpose, it goes from this list by itself.',
    },
  );

const unreadiness = (one: Instance): Trouble =>
  trouble(
    `The ${one.service} ${one.instance} is not ready: ${one.problems.join('; ') || 'it does not say why'}.`,
    {
      instance: one.instance,
      nextStep: 'It goes on by itself when the cause is gone. Look at what it names first.',
    },
  );

function engineTroubles(one: Instance, { settings, nowMs }: Situation): Trouble[] {
  return one.engines.flatMap((engine) => {
    const name = `${engine.engine} on ${one.instance}`;
    const at = { instance: one.instance };
    if (!engine.isHealthy)
      return [
        trouble(`The engine ${name} does not work: ${engine.problem ?? 'it does not say why'}.`, {
          ...at,
          nextStep:
            'Its scanner takes no objects until the engine works again. Look at the engine’s own log.',
        }),
      ];
    if (engine.isTestSignatures)
      return [
        trouble(`The engine ${name} has test signatures only.`, {
          ...at,
          nextStep: 'Load real signatures, for ClamAV with freshclam.',
        }),
      ];
    return engine.signaturesAt === null
      ? []
      : signatureTroubles(name, one, engine.signaturesAt, { settings, nowMs });
  });
}

function signatureTroubles(
  name: string,
  one: Instance,
  signaturesAt: string,
  { settings, nowMs }: Pick<Situation, 'settings' | 'nowMs'>,
): Trouble[] {
  const ageHours = Math.floor((nowMs - Date.parse(signaturesAt)) / hourMs);
  if (ageHours <= settings.maxSignatureAgeHours) return [];
  const since = new Date(Date.parse(signaturesAt) + settings.maxSignatureAgeHours * hourMs);
  return [
    trouble(`The signatures of ${name} are ${ageHours} hours old.`, {
      instance: one.instance,
      since,
      nextStep: 'Scans end in “error” until they are newer. See why updates do not come.',
    }),
  ];
}

function serverCertificateTroubles(one: Instance, nowMs: number): Trouble[] {
  if (one.certificate_not_after === null) return [];
  const days = daysUntil(one.certificate_not_after, nowMs);
  if (days > certificateWarningDays) return [];
  return [
    trouble(`The certificate of gateway ${one.instance} ${endsIn(days)}.`, {
      instance: one.instance,
      since: days < 0 ? one.certificate_not_after : null,
      nextStep: 'Put a new key pair in its place and tell the external systems’ owners the new fingerprint.',
    }),
  ];
}

const expiry = (one: ExpiringCertificate, nowMs: number): Trouble => {
  const days = daysUntil(one.notAfter, nowMs);
  return trouble(
    `The certificate of external system ${one.sensorId} ${endsIn(days)}; it goes on being accepted.`,
    {
      since: days < 0 ? one.notAfter : null,
      nextStep: 'Ask its owner for a new certificate and accept that one.',
    },
  );
};

const daysUntil = (at: Date, nowMs: number): number => Math.floor((at.getTime() - nowMs) / (24 * hourMs));
const endsIn = (days: number): string => (days < 0 ? 'has ended' : `ends in ${days} days`);
