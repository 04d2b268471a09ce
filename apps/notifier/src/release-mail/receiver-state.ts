import { BackOff } from '@sluice/timing';
import type { ReleaseOutcome } from './end-attempt.js';

/** Few seconds: a receiver that takes mail again is used as soon. */
const scoutPauses = { firstMs: 1000, longestMs: 4000 };

/**
 * Whether the receiver takes mail at all. What it puts off (4xx) waits longer each time, as it should when it is about one
 * mailbox; when the receiver puts everything off, one mail at a time goes ahead of its time, a *scout*, and when it is taken
 * all others are due.
 *
 * | state       | begins with                                                        | scouts                       |
 * |-------------|--------------------------------------------------------------------|------------------------------|
 * | unknown     | the start; the receiver was not reached                            | any                          |
 * | taking      | a mail that was taken                                              | none                         |
 * | doubtful    | a mail that was put off, and none was taken since                  | for none of its recipients   |
 * | putting-off | 4xx before recipients were named, or for two mails that share none | any                          |
 *
 * So a mail that alone is put off, for its recipients or its content, is asked for at its own times. One that Sluice itself
 * could not send says nothing of the receiver, and is no scout again: its recipients are left out until a mail is taken.
 */
export class ReceiverState {
  private state: 'unknown' | 'taking' | 'doubtful' | 'putting-off' = 'unknown';
  private readonly putOff = new Set<string>();
  private readonly notAsked = new Set<string>();
  private readonly pause = new BackOff(scoutPauses);
  private nextScoutMs = 0;

  /** Recipients that a scout must not be for; null: no scout now. The next one has its pause. */
  scoutPast(nowMs: number): readonly string[] | null {
    if (this.state === 'taking' || nowMs < this.nextScoutMs) return null;
    this.nextScoutMs = nowMs + this.pause.nextMs();
    return [...this.notAsked, ...(this.state === 'doubtful' ? this.putOff : [])];
  }

  /** `back`: it takes mail again, and what waits for its time is due. */
  note(outcome: ReleaseOutcome): 'back' | 'put-off' | null {
    if (outcome.kind === 'away') this.become('unknown');
    else if (outcome.answers.some((one) => one.outcome === 'taken')) {
      const isBack = this.state === 'unknown' || this.state === 'putting-off';
      this.become('taking');
      this.notAsked.clear();
      return isBack ? 'back' : null;
    } else if (outcome.by === 'sluice') {
      for (const one of outcome.answers) if (one.outcome === 'later') this.notAsked.add(one.recipient);
    } else if (outcome.answers.every((one) => one.outcome === 'later')) {
      this.notePutOff(outcome);
      return 'put-off';
    }
    return null;
  }

  private notePutOff({ answers, by }: Extract<ReleaseOutcome, { kind: 'answered' }>): void {
    if (this.state === 'putting-off') return;
    const recipients = answers.map(({ recipient }) => recipient);
    const isAnother = this.state === 'doubtful' && !recipients.some((one) => this.putOff.has(one));
    if (by === 'receiver' || isAnother) this.become('putting-off');
    else if (this.state !== 'doubtful') this.become('doubtful');
    for (const one of recipients) this.putOff.add(one);
  }

  private become(state: ReceiverState['state']): void {
    if (this.state === state) return;
    this.state = state;
    this.putOff.clear();
    this.pause.reset();
  }
}
