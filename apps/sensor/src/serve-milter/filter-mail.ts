import type { Decision, MilterHandlers, MilterMessage } from '@sluice/milter';
import type { Judge } from '../judge-objects/judge.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { decideMail, type MailDecision } from './decide-mail.js';
import { findSkip, type SkipLists } from './find-skip.js';
import { mailFields, mailScanId } from './mail-fields.js';
import { judgeMail, tooLarge, type MailJudgement } from './mail-judgement.js';
import type { MailPolicy } from './mail-policy.js';

export interface AnsweredMail {
  readonly queueId: string | null;
  readonly judgement: MailJudgement;
  readonly action: MailDecision['action'];
}

export interface FilterMailDeps {
  readonly judge: Pick<Judge, 'judge' | 'isServed'>;
  readonly policy: MailPolicy;
  readonly skipLists: SkipLists;
  readonly spoolFolder: string;
  readonly maxMessageBytes: number;
  /** From the end of the message to its answer. */
  readonly holdMs: number;
  readonly onAnswered: (mail: AnsweredMail) => void;
}

/** Asks for each mail before the MTA takes it. Faults are thrown: the milter library makes temporary refusals of them. */
export class FilterMail implements MilterHandlers {
  private inFlightCount = 0;
  private readonly decided = new WeakMap<MilterMessage, AnsweredMail>();

  constructor(private readonly deps: FilterMailDeps) {}

  async handleMessage(message: MilterMessage): Promise<Decision> {
    this.inFlightCount += 1;
    try {
      const judgement = await this.judge(message);
      const { action, decision } = decideMail(judgement, this.deps.policy, message.headers);
      this.decided.set(message, { queueId: message.queueId, judgement, action });
      return decision;
    } finally {
      this.inFlightCount -= 1;
    }
  }

  /** Only now: the MTA may have left while its mail was judged. */
  onAnswered(message: MilterMessage): void {
    const mail = this.decided.get(message);
    if (mail !== undefined) this.deps.onAnswered(mail);
  }

  get inFlight(): number {
    return this.inFlightCount;
  }

  private async judge(message: MilterMessage): Promise<MailJudgement> {
    const { maxMessageBytes, skipLists, spoolFolder, holdMs } = this.deps;
    const begunAtMs = performance.now();
    const reason = findSkip(message, skipLists);
    if (reason !== null) return { kind: 'skipped', reason };
    const content = await spool(message, maxMessageBytes, spoolFolder);
    if (content === 'too-large') return tooLarge;
    try {
      const judgement = await this.deps.judge.judge({
        content,
        filename: 'message.eml',
        objectType: 'email',
        scanId: mailScanId(message, content.sha256),
        fields: mailFields(message),
        holdMs,
        signal: message.signal,
      });
      return await this.blame(judgeMail(judgement), begunAtMs, message.signal);
    } finally {
      await content.close();
    }
  }

  /** Asked for only where it makes a difference: what is `away` is delivered by a policy of `tag`, what failed is not. */
  private async blame(
    judgement: MailJudgement,
    begunAtMs: number,
    signal: AbortSignal,
  ): Promise<MailJudgement> {
    const isAway = judgement.kind === 'unavailable' && judgement.why === 'away';
    if (!isAway || this.deps.policy.whenAway !== 'tag') return judgement;
    const isServed = await this.deps.judge.isServed(begunAtMs, signal);
    return isServed ? { ...judgement, why: 'failed' } : judgement;
  }
}

class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

async function spool(
  { content, sender }: MilterMessage,
  maxBytes: number,
  folder: string,
): Promise<SpooledObject | 'too-large'> {
  const declared = Number(/^SIZE=(\d+)$/i.exec(sender.parameters.find(isSize) ?? '')?.[1] ?? 0);
  if (declared > maxBytes) return 'too-large';
  try {
    return await SpooledObject.from(bounded(content, maxBytes), folder);
  } catch (error) {
    if (error instanceof TooLargeError) return 'too-large';
    throw error;
  }
}

const isSize = (parameter: string): boolean => /^SIZE=/i.test(parameter);

async function* bounded(content: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError(`a mail of more than ${maxBytes} bytes`);
    yield chunk;
  }
}
