import type { HoldOutcome } from '../judge-objects/hold-outcome.js';
import type { Judge } from '../judge-objects/judge.js';
import type { MailDecision } from './decide-mail.js';
import type { MailJudgement } from './mail-judgement.js';

/** A mail that was to be held, and what came of it. */
interface HeldDecision extends MailDecision {
  readonly hold: HoldOutcome;
}

/**
 * The MTA drops its copy only when Sluice has said, after its commit, that it holds the mail. Whatever else is answered, or
 * not, `putOff` is done: then the sender keeps its mail, and one that is held all the same is found when it comes again.
 */
export async function holdMail(
  putOff: MailDecision,
  judgement: MailJudgement,
  { judge, signal }: { readonly judge: Pick<Judge, 'hold'>; readonly signal: AbortSignal },
): Promise<HeldDecision> {
  const scanId = judgement.kind === 'skipped' ? null : judgement.scanId;
  const hold = scanId === null ? 'unknown' : await judge.hold(scanId, signal);
  return typeof hold === 'object'
    ? { action: 'hold', decision: { answer: { kind: 'discard' } }, hold }
    : { ...putOff, action: 'tempfail', hold };
}
