import type { ChannelAnswer, ExternalSystem, Health, Operator, Scan } from '@sluice/console-api';

/** What the console knows of itself; undefined: not answered yet. */
export interface DayOneFacts {
  readonly username: string;
  readonly operators: readonly Operator[] | undefined;
  readonly health: Health | undefined;
  readonly systems: readonly ExternalSystem[] | undefined;
  readonly scans: readonly Scan[] | undefined;
  readonly channels: readonly ChannelAnswer[] | undefined;
  /** The one thing the console cannot see. */
  readonly isBackedUp: boolean;
}

export interface DayOneStep {
  readonly key: 'password' | 'factor' | 'signatures' | 'system' | 'scan' | 'channel' | 'backup';
  readonly title: string;
  readonly why: string;
  readonly path: string | null;
  /** Undefined: not known yet. */
  readonly isDone: boolean | undefined;
}

/** What an administrator does first, in the order that makes sense. Each ticks itself but the last. */
export function dayOneSteps(facts: DayOneFacts): DayOneStep[] {
  const { username, operators, health, systems, scans, channels } = facts;
  const self = operators?.find((one) => one.username === username);
  return [
    {
      key: 'password',
      title: 'Choose a password of your own',
      why: 'The first one stands in a file on the server.',
      path: '/profile',
      isDone: operators && self?.hasFirstPassword !== true && self?.mustChangePassword !== true,
    },
    {
      key: 'factor',
      title: 'Set up a second factor',
      why: 'A password alone can be guessed or seen.',
      path: '/profile',
      isDone: operators && self?.hasSecondFactor === true,
    },
    {
      key: 'signatures',
      title: 'Give the engines real signatures',
      why: 'With test signatures real malware is not detected.',
      path: '/health',
      isDone: health && hasRealSignatures(health),
    },
    {
      key: 'system',
      title: 'Accept an external system',
      why: 'Nothing is scanned for systems that are not accepted.',
      path: '/external-systems',
      isDone: systems?.some(({ state }) => state === 'accepted'),
    },
    {
      key: 'scan',
      title: 'See a first scan through',
      why: 'The page of each system has lines to copy for it.',
      path: '/scans',
      isDone: scans?.some(({ state }) => state !== 'processing'),
    },
    {
      key: 'channel',
      title: 'Try a notification channel',
      why: 'Otherwise no one is notified of alerts or outages.',
      path: '/notifications/channels',
      isDone: channels?.some(({ lastSuccessAt }) => lastSuccessAt !== null),
    },
    {
      key: 'backup',
      title: 'Back up the database and the keys',
      why: 'Clients trust the gateway by its key; without the notifier’s key the passwords of channels are lost.',
      path: null,
      isDone: facts.isBackedUp,
    },
  ];
}

/** Every engine that works with signatures has them, and none of them only for tests. */
function hasRealSignatures({ instances }: Health): boolean {
  const engines = instances.flatMap((one) => one.engines);
  return (
    engines.some((engine) => engine.signaturesAt !== null) &&
    engines.every((engine) => !engine.isTestSignatures)
  );
}
