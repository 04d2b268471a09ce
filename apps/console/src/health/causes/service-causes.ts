import type { Instance } from '../../instances/instance.query.js';
import { earliest, groupBy, namesOf, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';
import { waitingText } from './queue-causes.js';

/** Without these nothing is accepted, or nothing gets a verdict. The console answers, so it runs. */
export const necessaryServices = ['gateway', 'results', 'scanner'] as const;
type NecessaryService = (typeof necessaryServices)[number];

const plurals: Readonly<Record<NecessaryService, string>> = {
  gateway: 'gateway',
  results: 'results service',
  scanner: 'scanner',
};

/**
 * Services that are away or not ready: one cause where all of a kind are, one per reason otherwise. What they report
 * travels through the broker to `results`, which records it. Where that way is broken it is the cause: that no one is
 * heard then says nothing of those who are not.
 */
export function serviceCauses(situation: Situation): FoundCause[] {
  if (situation.brokerProblem !== null) return [brokenBroker(situation.brokerProblem)];
  const isRecorded = situation.instances.some((one) => one.service === 'results' && one.isAnswering);
  if (!isRecorded) return wholeService('results', situation);
  const wholly = necessaryServices.flatMap((service) => wholeService(service, situation));
  const covered = new Set(wholly.flatMap((one) => one.instances));
  const others = situation.instances.filter((one) => !covered.has(one.instance));
  return [...wholly, ...silences(others), ...unreadiness(others)];
}

const brokenBroker = (problem: string): FoundCause => ({
  id: 'broker:down',
  level: 'down',
  title: `The broker (RabbitMQ) does not work: ${problem}.`,
  instances: [],
  since: null,
  effect:
    'Nothing is accepted or scanned; callers get 503. What services report does not arrive, so their state is not known.',
  nextStep: 'Look at RabbitMQ’s own log and at its free memory and disk. Everything recovers automatically.',
  link: '/health#services',
});

function wholeService(service: NecessaryService, situation: Situation): FoundCause[] {
  const all = situation.instances.filter((one) => one.service === service);
  if (all.some((one) => one.isAnswering && (one.is_ready || hasBrokenEngine(one)))) return [];
  const answering = all.filter((one) => one.isAnswering);
  const instances = all.map((one) => one.instance);
  const name = plurals[service];
  const state = all.length === 0 ? 'is running' : answering.length === 0 ? 'is answering' : 'is ready';
  const reasons = [...new Set(answering.flatMap((one) => one.problems))];
  return [
    {
      id: `${service}:none`,
      level: 'down',
      title: `No ${name} ${state}${namesOf(instances)}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}.`,
      instances,
      // Whoever was heard last says since when there is none.
      since: answering.length > 0 ? null : lastSeen(all),
      effect: effects[service](situation),
      nextStep:
        answering.length > 0
          ? 'Fix what it names; it recovers automatically.'
          : `Start a ${name} and read the end of its log.`,
      link: '/health#services',
    },
  ];
}

const effects: Readonly<Record<NecessaryService, (situation: Situation) => string>> = {
  gateway: () => 'External systems cannot send anything.',
  results: () =>
    'Nothing can be accepted; callers get 503. What the other services do is not recorded, so it is not known.',
  scanner: (situation) => `Objects are accepted but get no verdict. ${waitingText(situation.queues)}`,
};

const lastSeen = (instances: readonly Instance[]): Date | null =>
  instances.length === 0 ? null : new Date(Math.max(...instances.map((one) => one.seen_at.getTime())));

function silences(instances: readonly Instance[]): FoundCause[] {
  const silent = instances.filter((one) => !one.isAnswering);
  return [...groupBy(silent, (one) => one.service)].map(([service, group]) => ({
    id: `${service}:silent`,
    level: 'degraded',
    title: `${group.length === 1 ? `The ${service}` : `${group.length} of the ${service}s`} ${group.length === 1 ? 'is' : 'are'} not answering${namesOf(group.map((one) => one.instance))}.`,
    instances: group.map((one) => one.instance),
    since: earliest(group.map((one) => one.seen_at)),
    effect: service === 'notifier' ? 'Notifications wait.' : 'The others do its work.',
    nextStep:
      'See whether its process runs and what its log ends with. If it was removed on purpose, it disappears from this list by itself.',
    link: '/health#services',
  }));
}

/** A scanner that waits for an engine only is the engine's cause. */
const hasBrokenEngine = (one: Instance): boolean => one.engines.some((engine) => !engine.isHealthy);

function unreadiness(instances: readonly Instance[]): FoundCause[] {
  const unready = instances.filter((one) => one.isAnswering && !one.is_ready && !hasBrokenEngine(one));
  const reasons = groupBy(unready, (one) => one.problems.join('; ') || 'no reason given');
  return [...reasons].map(([reason, group]) => {
    const names = group.map((one) => one.instance);
    return {
      id: `unready:${reason}`.slice(0, 256),
      level: 'degraded',
      title: `${reason}${namesOf(names)}.`,
      instances: names,
      since: null,
      effect: `${names.length === 1 ? 'It is' : 'They are'} not ready and ${names.length === 1 ? 'does' : 'do'} no work.`,
      nextStep: 'Fix what it names; it recovers automatically.',
      link: '/health#services',
    };
  });
}
