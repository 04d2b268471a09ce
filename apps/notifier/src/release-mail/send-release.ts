import { oneLine } from '@sluice/notifications';
import type { NodemailerError } from 'nodemailer';
import { pipeline, Readable } from 'node:stream';
import type { ReleaseOutcome } from './end-attempt.js';
import type { KeptMail } from './read-kept-mail.js';
import { writeRefusal } from './write-refusal.js';
import { WithoutOwnHeaders } from './without-own-headers.js';
import type { ReleaseTransport } from './release-transport.js';
import type { ClaimedRelease, RecipientAnswer } from './releases.query.js';
import { wrapMail, type Wrapped } from './wrap-mail.js';

const maxAnswerCharacters = 512;
/** What nodemailer names as the command where it did not ask the receiver at all. */
const noCommand = 'API';

export interface SendReleaseDeps {
  readonly transport: Pick<ReleaseTransport, 'sendMail'>;
  /** Who the mails come from that bear another as attachment. */
  readonly from: string;
  readonly signal: AbortSignal;
}

type Sent = Wrapped & Pick<ClaimedRelease, 'form' | 'mailFrom' | 'pending'>;
type Refusal = Pick<ClaimedRelease, 'id' | 'pending' | 'undelivered' | 'createdAt' | 'heldAt'>;

/**
 * One attempt for all recipients that are left. Never rejects.
 *
 * | the receiver                                              | outcome                                    |
 * |-----------------------------------------------------------|--------------------------------------------|
 * | takes the message                                         | taken, but for recipients it did not take  |
 * | refuses sender, recipient, content with 5xx               | refused                                    |
 * | puts them off with 4xx                                    | later                                      |
 * | is not asked, since an address is none                    | refused                                    |
 * | ends the connection after it began to get the message     | later: what it did with it is not known    |
 * | cannot be reached, wants another login, has no TLS        | away                                       |
 */
export async function sendRelease(
  release: Sent,
  mail: Extract<KeptMail, { kind: 'kept' }>,
  { transport, from, signal }: SendReleaseDeps,
): Promise<ReleaseOutcome> {
  const kept = await mail.read();
  // A fault of either ends both, and with them the attempt.
  const content =
    release.form === 'original'
      ? pipeline(kept, new WithoutOwnHeaders(), () => undefined)
      : wrapMail(release, kept, from);
  try {
    const info = await transport.sendMail({ ...messageOf(release, { mail, content, from }), signal });
    const refused = outcomesOf(info.rejectedErrors ?? []);
    const taken = answerFor('taken', info.response);
    return {
      kind: 'answered',
      answers: release.pending.map((recipient) => ({
        recipient,
        ...(refused.get(recipient.toLowerCase()) ?? taken),
      })),
    };
  } catch (error) {
    return outcomeOf(error as NodemailerError, { release, content });
  } finally {
    kept.destroy();
    content.destroy();
  }
}

/** To the sender, from the null sender: no one answers it. `head` is what is left of the mail's headers. */
export async function sendRefusal(
  release: Refusal,
  head: Buffer,
  { transport, from, signal }: SendReleaseDeps,
): Promise<ReleaseOutcome> {
  const content = Readable.from([writeRefusal(release, head, from)]);
  const to = release.pending.map((address) => ({ name: '', address }));
  try {
    const info = await transport.sendMail({ raw: content, envelope: { from: '', to }, signal });
    const taken = answerFor('taken', info.response);
    return { kind: 'answered', answers: release.pending.map((recipient) => ({ recipient, ...taken })) };
  } catch (error) {
    return outcomeOf(error as NodemailerError, { release, content });
  } finally {
    content.destroy();
  }
}

/** As it came, with the envelope it had, but for headers of our name; or whole, in a mail of ours. */
function messageOf(
  { form, mailFrom, pending }: Sent,
  { mail, content, from }: { mail: Extract<KeptMail, { kind: 'kept' }>; content: Readable; from: string },
) {
  // Not as text: nodemailer would look for several addresses in one.
  const to = pending.map((address) => ({ name: '', address }));
  const { hasEightBits: use8BitMime, sizeBytes: size } = mail;
  if (form === 'attachment') return { raw: content, envelope: { from, to, use8BitMime } };
  const sender = mailFrom === '' ? '' : { name: '', address: mailFrom };
  return { raw: content, envelope: { from: sender, to, size, use8BitMime } };
}

type Answer = Omit<RecipientAnswer, 'recipient'>;

const answerFor = (outcome: RecipientAnswer['outcome'], answer: string): Answer => ({
  outcome,
  answer: oneLine(answer, maxAnswerCharacters),
});

/** By recipient, in small letters: nodemailer writes addresses its own way. */
const outcomesOf = (errors: readonly NodemailerError[]): ReadonlyMap<string, Answer> =>
  new Map(errors.map((error) => [(error.recipient ?? '').toLowerCase(), refusalOf(error)]));

const refusalOf = ({ responseCode = 0, response, message }: NodemailerError): Answer =>
  answerFor(responseCode >= 500 ? 'refused' : 'later', response ?? message);

function outcomeOf(
  error: NodemailerError,
  { release, content }: { release: Pick<Sent, 'pending'>; content: Readable },
): ReleaseOutcome {
  const isRefusal = error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
  // 421: it is about to close, whatever it was asked.
  if (isRefusal && error.responseCode !== undefined && error.responseCode !== 421) {
    const single = outcomesOf(error.rejectedErrors ?? []);
    const answers = release.pending.map((recipient) => ({
      recipient,
      ...(single.get(recipient.toLowerCase()) ?? refusalOf(error)),
    }));
    return { kind: 'answered', answers, ...(error.command === 'MAIL FROM' && { by: 'receiver' }) };
  }
  const answer = oneLine(error.response ?? error.message, maxAnswerCharacters);
  if (isRefusal && error.command === noCommand) {
    const refused = answerFor('refused', `not sent, an address is none: ${error.message}`);
    return { kind: 'answered', answers: release.pending.map((recipient) => ({ recipient, ...refused })) };
  }
  if (!content.readableDidRead) return { kind: 'away', answer };
  const later = answerFor('later', answer);
  return { kind: 'answered', answers: release.pending.map((recipient) => ({ recipient, ...later })) };
}
