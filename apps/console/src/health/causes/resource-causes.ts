import { describeBytes, earliest, namesOf, plural, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';

/** Below this many times the reserve there is still time to act. */
const warningFactor = 2;

export const resourceCauses = (situation: Situation): FoundCause[] => [
  ...storeSpace(situation),
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
      link: '/settings',
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
