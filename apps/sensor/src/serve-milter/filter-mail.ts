import type { Decision, MilterHandlers, MilterMessage } from '@sluice/milter';
import type { HoldOutcome } from '../judge-objects/hold-outcome.js';
import type { Judge } from '../judge-objects/judge.js';
import { SpooledObject } from '../spool-objects/spooled-object.js';
import { decideMail, type MailDecision } from './decide-mail.js';
import { findSkip } from './find-skip.js';
import { holdMail } from './hold-mail.js';
import { mailFields, mailScanId } from './mail-fields.js';
import { judgeMail, tooLarge, type MailJudgement } from './mail-judgement.js';
import type { MailSettings } from './mail-settings.js';

export interface AnsweredMail {
  readonly queueId: string | null;
  readonly judgement: MailJudgement;
  readonly action: MailDecision['action'];
  /** Of a mail that was to be held: `action` is `hold` when it is. */
  readonly hold?: HoldOutcome;
}

export interface FilterMailDeps {
  readonly judge: Pick<Judge, 'judge' | 'isServed' | 'hold'>;
  /** May change at any time; a mail is judged by what held when its headers were complete. */
  readonly settings: () => MailSettings;
  readonly spoolFolder: string;
  readonly onAnswered: (mail: AnsweredMail) => void;
}

/** Asks for each mail before the MTA takes it. Faults are thrown: the milter library makes temporary refusals of them. */
export class FilterMail implements MilterHandlers {
  private inFlightCount = 0;
  private readonly decided = new WeakMap<MilterMessage, AnsweredMail>();

  constructor(private readonly deps: FilterMailDeps) {}

  async handleMessage(message: MilterMessage): Promise<Decision> {
    this.inFlightCount += 1;
    const settings = this.deps.settings();
    try {
      const judgement = await this.judge(message, settings);
      const decided = decideMail(judgement, settings.policy, message.headers);
      const { decision, ...what } =
        decided.action === 'hold'
          ? await holdMail(decided, judgement, { judge: this.deps.judge, signal: message.signal })
          : decided;
      this.decided.set(message, { queueId: message.queueId, judgement, ...what });
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

  private async judge(message: MilterMessage, settings: MailSettings): Promise<MailJudgement> {
    const { maxMessageBytes, skipLists, holdMs, policy } = settings;
    const begunAtMs = performance.now();
    const reason = findSkip(message, skipLists);
    if (reason !== null) return { kind: 'skipped', reason };
    const content = await spool(message, maxMessageBytes, this.deps.spoolFolder);
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
      const known = judgeMail(judgement);
      // Asked for only where it makes a difference: what is `away` is delivered by a policy of `tag`, what failed is not.
      const isAway = known.kind === 'unavailable' && known.why === 'away';
      if (!isAway || policy.whenAway !== 'tag') return known;
      const isServed = await this.deps.judge.isServed(begunAtMs, message.signal);
      return isServed ? { ...known, why: 'failed' } : known;
    } finally {
      await content.close();
    }
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
