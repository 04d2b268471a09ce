import { describeSeconds, type FoundCause } from '../cause-texts.js';
import type { Situation } from '../situation.js';

/** On a busy system a wave may wait for hours: that is what it is for. */
const quietSeconds = 6 * 3600;

/** Kept objects that are to be scanned again, and are not. */
export function rescanCauses({ rescanWave, nowMs }: Situation): FoundCause[] {
  if (rescanWave === null || rescanWave.endedAt !== null) return [];
  const since = new Date(rescanWave.progressAt);
  const seconds = (nowMs - since.getTime()) / 1000;
  if (seconds < quietSeconds) return [];
  return [
    {
      id: 'rescan-wave',
      level: 'advisory',
      title: `Scanning kept objects again has not got on for ${describeSeconds(seconds)}: ${rescanWave.done} of ${rescanWave.objects} looked at.`,
      instances: [],
      since,
      effect: 'What newer signatures would say of quarantine is not known. Nothing else waits for it.',
      nextStep:
        'They wait while others take more than half of the slots of scanners: start more scanners. Otherwise see in the log of the console whether it can read QUARANTINE_KEYS_FILE and the object store.',
      link: '/health#rescans',
    },
  ];
}
