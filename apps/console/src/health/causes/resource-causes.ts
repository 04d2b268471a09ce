import { describeBytes, earliest, namesOf, plural, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';

/** Below this many times the reserve there is still time to act. */
const warningFactor = 2;

export const resourceCauses = (situation: Situation): FoundCause[] => [
  ...storeSpace(situation),
  ...heldMail(situation),
  ...channels(situation),
];

function storeSpace({ store }: Situation): FoundCause[] {
  if (store === null || store.freeBytes >= store.reserveBytes * warningFactor) return [];
  const isOver = store.freeBytes < store.reserveBytes;
  return [
    {
      id: 'store:space',
      level: isOver ? 'down' : 'degraded',
      title: `The object store has ${describeBytes(store.freeBytes)} free; ${isOver ? 'nothing is accepted' : 'objects are refused'} below ${describeBytes(store.reserveBytes)}.`,
      instances: [],
      since: null,
      effect: isOver ? 'Callers get 503.' : 'Callers will get 503 when the reserve is reached.',
      nextStep: 'Free space on that disk, keep objects for fewer days, or lower the quarantine’s size.',
      link: '/settings#quarantineMaxBytes',
    },
  ];
}

/** Below that there is room for a mail of the usual sizes. */
const heldWarningShare = 0.9;

function heldMail({ held, settings }: Situation): FoundCause[] {
  const { quarantineMaxBytes } = settings;
  if (held.mails === 0 || held.bytes < quarantineMaxBytes * heldWarningShare) return [];
  return [
    {
      id: 'quarantine:held-full',
      level: 'degraded',
      title: `${plural(held.mails, 'held mail')} ${held.mails === 1 ? 'takes' : 'take'} ${describeBytes(held.bytes)} of the ${describeBytes(quarantineMaxBytes)} that quarantine may have.`,
      instances: [],
      since: held.oldestAt,
      effect:
        'What does not fit is not held: its senders are put off and try again. Held mail is never removed to make room; everything else in quarantine is.',
      nextStep: 'Release, refuse or delete held mail, or raise the space for detected objects.',
      link: '/quarantine?hold=held',
    },
  ];
}

function channels({ channels }: Situation): FoundCause[] {
  if (channels.length === 0) return [];
  const waiting = channels.reduce((sum, one) => sum + one.waiting, 0);
  return [
    {
      id: 'channels:failing',
      level: 'degraded',
      title: `${plural(channels.length, 'notification channel')} ${channels.length === 1 ? 'fails' : 'fail'}${namesOf(channels.map((one) => one.name))}.`,
      instances: [],
      since: earliest(channels.flatMap((one) => (one.failingSince === null ? [] : [one.failingSince]))),
      effect: `People are not notified; ${plural(waiting, 'message')} waiting.`,
      nextStep: 'Read the last response of the channel and test it. What waits is sent once it works.',
      link: '/notifications/channels',
    },
  ];
}
