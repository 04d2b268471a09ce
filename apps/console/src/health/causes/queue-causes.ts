import type { QueueDepth } from '@sluice/console-api';
import { jobPriorities } from '@sluice/contracts';
import { describeSeconds, plural, type FoundCause } from '../cause-texts.js';
import { recentMinutes, type Situation } from '../situation.js';

/** Mail sensors' objects while maximum mail priority is on. */
export const mailPriority = 5;
/** A mail that waits for longer is late, whatever the time limit of a scan is. */
const lateMailSeconds = 60;
/** A share of recent scans without an answer, and how many there are at least before it counts. */
const notExaminedShare = 0.05;
const fewestNotExamined = 5;
/** What comes in beyond what is done, for it to be growth and no fluctuation. */
const growthShare = 1.2;
const fewestGrowing = 50;

const unfinished = (queues: readonly QueueDepth[]): number =>
  queues.reduce((sum, one) => sum + one.unfinished, 0);
const ofMail = (queues: readonly QueueDepth[]): QueueDepth[] =>
  queues.filter((one) => one.priority >= mailPriority);

/** `60 scans waiting, 20 of them mail.` */
export function waitingText(queues: readonly QueueDepth[]): string {
  const [all, mail] = [unfinished(queues), unfinished(ofMail(queues))];
  return all === 0 ? 'Nothing is waiting yet.' : `${plural(all, 'scan')} waiting, ${mail} of them mail.`;
}

export const oldestSeconds = (queues: readonly QueueDepth[]): number | null => {
  const ages = queues.flatMap((one) => (one.oldestAgeSeconds === null ? [] : [one.oldestAgeSeconds]));
  return ages.length === 0 ? null : Math.max(...ages);
};

export const oldestMailSeconds = (queues: readonly QueueDepth[]): number | null =>
  oldestSeconds(ofMail(queues));

export const queueCauses = (situation: Situation): FoundCause[] => [
  ...lateScans(situation),
  ...growth(situation),
  ...notExamined(situation),
  ...failedJobs(situation),
];

function lateScans({ settings, nowMs, ...situation }: Situation): FoundCause[] {
  // Kept objects that are scanned again wait for all others, and no one for them.
  const queues = situation.queues.filter(({ priority }) => priority > jobPriorities.rescan);
  const mail = oldestMailSeconds(queues) ?? 0;
  const all = oldestSeconds(queues) ?? 0;
  const limit = Math.max(lateMailSeconds, settings.scanTimeoutSeconds);
  if (mail <= lateMailSeconds && all <= limit) return [];
  const isMail = mail > lateMailSeconds;
  const [seconds, allowed] = isMail ? [mail, lateMailSeconds] : [all, limit];
  return [
    {
      id: isMail ? 'queue:mail-late' : 'queue:late',
      level: 'degraded',
      title: `The oldest ${isMail ? 'mail' : 'scan'} has been waiting for ${describeSeconds(seconds)}.`,
      instances: [],
      since: new Date(nowMs - (seconds - allowed) * 1000),
      effect: `${waitingText(queues)} ${isMail ? 'Mail is delivered late.' : 'Callers wait for their verdicts.'}`,
      nextStep: 'Repair the scanners that are named above, if any; otherwise start more scanners.',
      link: '/scans?state=processing',
    },
  ];
}

function growth({ queues, recent }: Situation): FoundCause[] {
  const more = recent.accepted - recent.finished;
  const waiting = unfinished(queues);
  if (more < fewestGrowing || waiting < fewestGrowing || recent.accepted < recent.finished * growthShare)
    return [];
  return [
    {
      id: 'queue:growing',
      level: 'degraded',
      title: `The queue is growing: ${recent.accepted.toLocaleString('en')} scans accepted, ${recent.finished.toLocaleString('en')} finished in ${recentMinutes} minutes.`,
      instances: [],
      since: null,
      effect: `${waitingText(queues)} Verdicts take longer and longer.`,
      nextStep: 'Start more scanners, or see which external system sends that much.',
      link: '/scans?state=processing',
    },
  ];
}

function notExamined({ recent }: Situation): FoundCause[] {
  const isMany =
    recent.notExamined >= fewestNotExamined && recent.notExamined > recent.finished * notExaminedShare;
  if (!isMany) return [];
  const percent = Math.round((recent.notExamined / recent.finished) * 100);
  return [
    {
      id: 'scans:not-examined',
      level: 'degraded',
      title: `${percent} % of scans were not examined in full in the last ${recentMinutes} minutes (${plural(recent.notExamined, 'scan')}).`,
      instances: [],
      since: null,
      effect: 'Their callers got “error” or “timeout” instead of an answer.',
      nextStep: 'See the reason that these scans have in common.',
      link: '/scans?state=not%20examined',
    },
  ];
}

const recentFailureMs = 24 * 3_600_000;

/** Fresh ones are a problem; old ones no one retried or removed are a reminder. */
function failedJobs({ failedJobs, nowMs }: Situation): FoundCause[] {
  const { total, firstAt, lastAt } = failedJobs;
  if (total === 0) return [];
  const isRecent = lastAt !== null && nowMs - lastAt.getTime() < recentFailureMs;
  return [
    {
      id: 'failed-jobs',
      level: isRecent ? 'degraded' : 'advisory',
      title: `${plural(total, 'failed job')}${isRecent ? '' : ', none of the last 24 hours'}.`,
      instances: [],
      since: firstAt,
      effect: 'Their callers got “error”.',
      nextStep: 'Read the reason, then retry or remove them.',
      link: '/failed-jobs',
    },
  ];
}
