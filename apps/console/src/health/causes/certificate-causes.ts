import type { Instance } from '../../instances/instance.query.js';
import { groupBy, namesOf, plural, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';

/** How far ahead the end of a certificate is warned of. */
export const certificateWarningDays = 30;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

export const certificateCauses = (situation: Situation): FoundCause[] => [
  ...ofGateways(situation),
  ...ofExternalSystems(situation),
];

/** `in 19 hours`, `in 12 days`. Not `today`: whoever reads it may be in another zone, and it would be tomorrow there. */
function when(at: Date, nowMs: number): string {
  const hours = Math.max(0, Math.floor((at.getTime() - nowMs) / hourMs));
  if (hours < 1) return 'within the hour';
  return hours < 48 ? `in ${plural(hours, 'hour')}` : `in ${Math.floor(hours / 24)} days`;
}

/** Gateways share their certificate: it is one cause. */
function ofGateways({ instances, nowMs }: Situation): FoundCause[] {
  const ending = instances.filter(
    (one) => one.isAnswering && endOf(one) - nowMs < certificateWarningDays * dayMs,
  );
  return [...groupBy(ending, (one) => one.certificate_fingerprint ?? '')].map(([, group]) => {
    const at = new Date(Math.min(...group.map(endOf)));
    const isOver = at.getTime() < nowMs;
    const names = group.map((one) => one.instance);
    return {
      id: `certificate:gateway:${names[0] ?? ''}`,
      level: isOver ? 'degraded' : 'advisory',
      title: `Certificate of the gateway ${isOver ? 'has expired' : `expires ${when(at, nowMs)}`}${namesOf(names)}.`,
      instances: names,
      since: isOver ? at : null,
      effect: isOver
        ? 'Callers that check dates refuse to connect.'
        : 'Callers that check dates will refuse to connect.',
      nextStep:
        'Put a new key pair in its place and give the owners of external systems the new fingerprint.',
      link: '/health#services',
    };
  });
}

const endOf = (one: Instance): number => one.certificate_not_after?.getTime() ?? Number.POSITIVE_INFINITY;

function ofExternalSystems({ expiring, nowMs }: Situation): FoundCause[] {
  const { total, expired, first } = expiring;
  if (first === null) return [];
  return [
    {
      id: 'certificate:external-systems',
      level: 'advisory',
      title: titleOf(expiring, nowMs),
      instances: [],
      since: expired > 0 ? first.notAfter : null,
      effect: 'Calls are still accepted; some clients stop by themselves when their certificate expires.',
      nextStep:
        total === 1
          ? 'Ask its owner for a new certificate and accept that one.'
          : 'Ask their owners for new certificates and accept those.',
      link: '/external-systems?state=accepted&sort=expiry',
    },
  ];
}

function titleOf({ total, expired, first }: Situation['expiring'], nowMs: number): string {
  if (first === null) return '';
  const one = first.notAfter.getTime() < nowMs ? 'has expired' : `expires ${when(first.notAfter, nowMs)}`;
  if (total === 1) return `Certificate of ${first.sensorId} ${one} (calls are still accepted).`;
  const left = total - expired;
  const parts = [
    ...(expired === 0 ? [] : [`${plural(expired, 'certificate')} expired`]),
    ...(left === 0
      ? []
      : [
          `${expired === 0 ? plural(left, 'certificate') : left} ${left === 1 ? 'expires' : 'expire'} within ${certificateWarningDays} days`,
        ]),
  ];
  return `${parts.join(', ')}; the first: ${first.sensorId} ${one}.`;
}
