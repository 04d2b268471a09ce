import type { EngineStatus } from '@sluice/contracts';
import type { Instance } from '../../instances/instance.query.js';
import { earliest, groupBy, namesOf, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';
import { waitingText } from './queue-causes.js';

const hourMs = 3_600_000;

interface RunningEngine {
  readonly instance: string;
  readonly engine: EngineStatus;
}

/** One cause per engine and fault, however many scanners show it. */
export function engineCauses(situation: Situation): FoundCause[] {
  const scanners = situation.instances.filter((one) => one.service === 'scanner' && one.isAnswering);
  const engines = scanners.flatMap((one) =>
    one.engines.map((engine) => ({ instance: one.instance, engine })),
  );
  return [
    ...broken(engines, scanners, situation),
    ...oldSignatures(engines, scanners, situation),
    ...testSignatures(engines, situation),
    ...rejectedUpdates(engines),
    ...shortfalls(engines),
  ];
}

const namesIn = (group: readonly RunningEngine[]): string[] => group.map(({ instance }) => instance);

function broken(
  engines: readonly RunningEngine[],
  scanners: readonly Instance[],
  situation: Situation,
): FoundCause[] {
  const faulty = engines.filter(({ engine }) => !engine.isHealthy);
  return [...groupBy(faulty, ({ engine }) => engine.engine)].map(([name, group]) => {
    const instances = namesIn(group);
    const isEverywhere = scanners.every((one) => instances.includes(one.instance) || !one.is_ready);
    const reasons = [...new Set(group.map(({ engine }) => engine.problem ?? 'no reason given'))];
    return {
      id: `engine:${name}`,
      level: isEverywhere ? 'down' : 'degraded',
      title: `${name} is not working${namesOf(instances)}: ${reasons.join('; ')}.`,
      instances,
      since: null,
      effect: isEverywhere
        ? `No object gets a verdict. ${waitingText(situation.queues)}`
        : 'These scanners take no objects; the others do their work.',
      nextStep: 'Read the log of the engine. The scanner recovers automatically.',
      link: '/health#engines',
    };
  });
}

/** At half the limit a reminder, past it a problem: from then on every scan ends in `error`. */
function oldSignatures(
  engines: readonly RunningEngine[],
  scanners: readonly Instance[],
  { settings, nowMs }: Situation,
): FoundCause[] {
  const limitMs = settings.maxSignatureAgeHours * hourMs;
  const dated = engines.filter(({ engine }) => engine.isHealthy && engine.signaturesAt !== null);
  const ageOf = ({ engine }: RunningEngine): number => nowMs - Date.parse(engine.signaturesAt ?? '');
  const old = dated.filter((one) => ageOf(one) > limitMs / 2);
  return [...groupBy(old, (one) => `${one.engine.engine} ${ageOf(one) > limitMs ? 'past' : 'half'}`)].map(
    ([key, group]) => {
      const isPast = key.endsWith(' past');
      const name = key.slice(0, key.lastIndexOf(' '));
      const oldestMs = Math.max(...group.map(ageOf));
      const isEverywhere = new Set(namesIn(group)).size === scanners.length;
      const signaturesAt = earliest(group.map(({ engine }) => new Date(engine.signaturesAt ?? nowMs)));
      const shareMs = isPast ? limitMs : limitMs / 2;
      return {
        id: `signatures:${name}:${isPast ? 'past' : 'half'}`,
        level: isPast ? (isEverywhere ? 'down' : 'degraded') : 'advisory',
        title: `Signatures of ${name} are ${Math.floor(oldestMs / hourMs)} hours old${namesOf(namesIn(group))}; the limit is ${settings.maxSignatureAgeHours}.`,
        instances: namesIn(group),
        since: signaturesAt === null ? null : new Date(signaturesAt.getTime() + shareMs),
        effect: isPast
          ? 'Scans there end in “error”.'
          : `In ${Math.max(0, Math.ceil((limitMs - oldestMs) / hourMs))} hours every scan ends in “error”.`,
        nextStep: 'See why updates fail: read the log of the updater (for ClamAV, freshclam).',
        link: '/health#engines',
      };
    },
  );
}

function rejectedUpdates(engines: readonly RunningEngine[]): FoundCause[] {
  const stuck = engines.filter(({ engine }) => engine.rejectedUpdate !== undefined);
  return [...groupBy(stuck, ({ engine }) => engine.engine)].map(([name, group]) => {
    const faults = [...new Set(group.map(({ engine }) => engine.rejectedUpdate ?? ''))];
    return {
      id: `rejected-update:${name}`,
      level: 'degraded',
      title: `Newer ${name === 'hash-list' ? 'lists' : 'rules'} of ${name} are faulty${namesOf(namesIn(group))}: ${faults.join('; ')}.`,
      instances: namesIn(group),
      since: null,
      effect: 'Scans go on with those of before; what is new in the others is not looked for.',
      nextStep: 'Correct the file. It is read again by itself, within seconds.',
      link: '/health#engines',
    };
  });
}

/** What an engine that works leaves out: a reminder for each, because such objects end in `error`. */
function shortfalls(engines: readonly RunningEngine[]): FoundCause[] {
  const all = engines
    .filter(({ engine }) => engine.isHealthy)
    .flatMap((one) => (one.engine.shortfalls ?? []).map((shortfall) => ({ ...one, shortfall })));
  return [...groupBy(all, (one) => `${one.engine.engine}: ${one.shortfall}`)].map(([key, group]) => {
    const at = key.lastIndexOf(': set ');
    const [what, option] = at < 0 ? [key, ''] : [key.slice(0, at), key.slice(at + ': set '.length)];
    return {
      id: `shortfall:${key}`.slice(0, 256),
      level: 'advisory',
      title: `${what}${namesOf(namesIn(group))}.`,
      instances: namesIn(group),
      since: null,
      effect: 'Nothing is called clean for it; objects it concerns end in “error”.',
      nextStep:
        option === ''
          ? 'See “Your own clamd” in docs/operations.md.'
          : `Set in clamd.conf: ${option}. Then restart clamd; it is tried again by itself.`,
      link: '/health#engines',
    };
  });
}

function testSignatures(engines: readonly RunningEngine[], { settings }: Situation): FoundCause[] {
  const testing = engines.filter(({ engine }) => engine.isTestSignatures);
  if (testing.length === 0 && !settings.allowTestSignatures) return [];
  return [
    {
      id: 'test-signatures',
      level: 'degraded',
      title: `Test signatures in use: real malware is NOT detected${namesOf([...new Set(namesIn(testing))])}.`,
      instances: [...new Set(namesIn(testing))],
      since: null,
      effect: settings.allowTestSignatures
        ? 'A “Clean” of this system says nothing about an object.'
        : 'Scans end in “error” while test signatures are not allowed.',
      nextStep:
        'Load real signatures (for ClamAV with freshclam), then turn “Test signatures” off in the settings.',
      link: '/settings#allowTestSignatures',
    },
  ];
}
