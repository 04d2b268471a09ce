import type { ChaosMail } from './chaos-mail.js';

export interface SentMail extends ChaosMail {
  /** The last answer; null: none was read in time. */
  readonly code: number | null;
  /** Attempts that sent all of it and read no answer: each may have been taken. */
  readonly unread: number;
  readonly attempts: number;
}

export interface MailsFound {
  /** Times that each lies in its mailbox. */
  readonly delivered: ReadonlyMap<string, number>;
  /** Where only the operator gets it out. */
  readonly held: ReadonlyMap<string, number>;
}

export interface MailReconciliation {
  readonly sent: number;
  readonly delivered: number;
  readonly held: number;
  /** For good or for now: its sender knows that it was not taken. */
  readonly refused: number;
  /** Further copies of mails whose sender had read no answer and sent again. */
  readonly duplicates: number;
  readonly problems: readonly string[];
}

/** Delivered, held and refused have to be all that was sent; what is infected was never delivered. */
export function reconcileMails(sent: readonly SentMail[], found: MailsFound): MailReconciliation {
  const problems: string[] = [];
  const counts = { delivered: 0, held: 0, refused: 0, duplicates: 0 };
  for (const mail of sent) {
    const [delivered, held] = [found.delivered.get(mail.id) ?? 0, found.held.get(mail.id) ?? 0];
    if (delivered > 0) counts.delivered += 1;
    else if (held > 0) counts.held += 1;
    else if (mail.code !== null && mail.code >= 400) counts.refused += 1;
    counts.duplicates += Math.max(0, delivered + held - 1);
    problems.push(
      ...problemsOf(mail, { delivered, held }).map((what) => `${mail.id} (${mail.kind}): ${what}`),
    );
  }
  const known = new Set(sent.map(({ id }) => id));
  for (const id of new Set([...found.delivered.keys(), ...found.held.keys()]))
    if (!known.has(id)) problems.push(`${id}: no one sent it`);
  return { sent: sent.length, ...counts, problems };
}

function problemsOf({ kind, code, unread }: SentMail, copies: { delivered: number; held: number }): string[] {
  const { delivered, held } = copies;
  const isTaken = code !== null && code < 400;
  const all = delivered + held;
  return [
    ...(kind !== 'clean' && delivered > 0 ? ['DELIVERED'] : []),
    ...(kind !== 'encrypted' && held > 0 ? ['held, which only what is encrypted is to be'] : []),
    ...(kind === 'clean' && code !== null && code >= 500 ? [`refused for good with ${code}`] : []),
    ...(code === null ? ['never answered'] : []),
    ...(isTaken && all === 0 ? [`answered ${code}, and nowhere`] : []),
    // What was taken once may be there once; each answer that was not read may have been one more.
    ...(all > (isTaken ? 1 : 0) + unread
      ? [`there ${all} times, taken ${isTaken ? 1 : 0}, unread ${unread}`]
      : []),
  ];
}
