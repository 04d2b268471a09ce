import { MailDigest } from '@sluice/object-store';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Readable } from 'node:stream';
import type { KeptMail } from './read-kept-mail.js';
import type { ClaimedRelease } from './releases.query.js';

export type Wrapped = Pick<ClaimedRelease, 'id' | 'subject' | 'recipients' | 'operator' | 'createdAt'>;

/**
 * A mail of ours that bears a kept one as attachment. Byte by byte the same for every attempt: a mail that arrived twice is
 * shown once, and a mail sensor knows it by its digest. It names its recipient where it has one alone: some of the others may
 * have been blind in the mail it bears.
 */
export function wrapMail(
  { id, subject, recipients, operator, createdAt }: Wrapped,
  content: Readable,
  from: string,
): Readable {
  const [first = ''] = recipients;
  return new MailComposer({
    from: { name: 'Sluice', address: from },
    to: recipients.length === 1 ? { name: '', address: first } : 'undisclosed-recipients:;',
    date: createdAt,
    subject: `Released from quarantine: ${subject ?? 'no subject'}`,
    text: `${operator} released the attached mail from quarantine. Sluice had held it back: open it with care.\n`,
    messageId: `<release-${id}@${from.split('@').at(-1) ?? 'sluice'}>`,
    baseBoundary: id,
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: [{ filename: 'message.eml', contentType: 'message/rfc822', content }],
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .createReadStream();
}

/** By which mail sensors will know it. Rejects when the store does not answer. */
export async function digestOfWrapped(
  release: Wrapped,
  mail: Extract<KeptMail, { kind: 'kept' }>,
  from: string,
): Promise<string> {
  const kept = await mail.read();
  const digest = new MailDigest();
  try {
    for await (const chunk of wrapMail(release, kept, from) as AsyncIterable<Buffer>) digest.write(chunk);
    return digest.end();
  } finally {
    kept.destroy();
  }
}
