import { type CallerLimit, reachedLimitMinutes } from '@sluice/contracts';
import { namesOf, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';

/** Where callers are turned away by a bound: they see a closed connection or 401, so that no one else would hear of it. */
export const limitCauses = (situation: Situation): FoundCause[] => [
  ...ofGateways(situation),
  ...ofRequests(situation),
];

type LimitTexts = Pick<FoundCause, 'level' | 'effect' | 'nextStep'> & { readonly what: string };

const texts: Record<CallerLimit, LimitTexts> = {
  connections: {
    level: 'degraded',
    what: 'connections beyond what a gateway takes',
    effect: 'Callers cannot connect, mail sensors among them.',
    nextStep: 'Start more gateways, or see which system keeps so many connections open.',
  },
  'address-connections': {
    level: 'advisory',
    what: 'connections of one address on which no accepted system had asked anything',
    effect: 'They were closed before TLS. Others are not affected.',
    nextStep:
      'Behind a NAT or a balancer many callers share an address: raise GATEWAY_CONNECTIONS_PER_ADDRESS, or name the balancer in GATEWAY_PROXY_FROM. Otherwise see who floods the port.',
  },
  'address-handshakes': {
    level: 'advisory',
    what: 'connections of an address that had begun too many within seconds',
    effect: 'They were closed before TLS, also those of accepted systems at that address.',
    nextStep:
      'Have its clients keep connections open; where many share the address, raise GATEWAY_HANDSHAKES_PER_ADDRESS or name the balancer in GATEWAY_PROXY_FROM.',
  },
  'certificate-connections': {
    level: 'advisory',
    what: 'connections with a certificate that has as many as it may',
    effect: 'They were closed. Other systems are not affected.',
    nextStep:
      'See which client does not close its connections, or give its servers certificates of their own.',
  },
  'open-requests': {
    level: 'advisory',
    what: 'connections with too many requests on their way',
    effect: 'They were closed, with all that was on its way over them.',
    nextStep: 'See which client sends on without reading answers.',
  },
  'held-requests': {
    level: 'advisory',
    what: 'requests with wait= of a system that holds as many as it may',
    effect: 'A mail sensor was answered at once, others got 429.',
    nextStep: 'Have that system wait for fewer scans at a time, or ask for states without wait=.',
  },
  'caller-reports': {
    level: 'advisory',
    what: 'calls of unknown systems, of which too many came within a second',
    effect: 'They got 401 and made no integration request. They make one when they call again later.',
    nextStep: 'See who calls with so many certificates.',
  },
};

function ofGateways({ instances }: Situation): FoundCause[] {
  const live = instances.filter((one) => one.isAnswering);
  return (Object.keys(texts) as CallerLimit[]).flatMap((limit) => {
    const at = live.flatMap((one) =>
      one.reachedLimits.flatMap((reached) =>
        reached.limit === limit ? [{ instance: one.instance, count: reached.count }] : [],
      ),
    );
    if (at.length === 0) return [];
    const { what, ...text } = texts[limit];
    const names = at.map((one) => one.instance);
    const total = at.reduce((sum, one) => sum + one.count, 0);
    return [
      {
        ...text,
        id: `limit:${limit}`,
        title: `Turned away in the last ${reachedLimitMinutes} minutes: ${total.toLocaleString('en')} ${what}${namesOf(names)}.`,
        instances: names,
        since: null,
        link: '/health#services',
      },
    ];
  });
}

function ofRequests({ pendingRequests, settings }: Situation): FoundCause[] {
  const { total, mostOfOneAddress } = pendingRequests;
  const isFull = total > 0 && total >= settings.maxPendingRequests;
  const isAddressFull = mostOfOneAddress > 0 && mostOfOneAddress >= settings.maxPendingRequestsPerAddress;
  if (settings.integrationRequests === 'closed' || (!isFull && !isAddressFull)) return [];
  return [
    {
      id: 'limit:integration-requests',
      level: 'advisory',
      title: isFull
        ? `As many integration requests wait as may: ${total.toLocaleString('en')}.`
        : `As many integration requests of one address wait as may: ${mostOfOneAddress.toLocaleString('en')}.`,
      instances: [],
      since: null,
      effect: isFull
        ? 'Each new one takes the place of the oldest of the address that has most.'
        : 'Further systems at that address get 401 and do not appear here.',
      nextStep: 'Accept, reject or delete what waits, or raise the bound in the settings.',
      link: '/external-systems?state=pending',
    },
  ];
}
