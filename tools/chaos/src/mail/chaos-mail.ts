import { eicarText } from '@sluice/private-servers';
import { lockedZip, storedZip } from '@sluice/tool-acceptance';
import { createTransport } from 'nodemailer';

export const mailKinds = ['clean', 'infected', 'encrypted'] as const;
export type MailKind = (typeof mailKinds)[number];

export interface ChaosMail {
  /** Stands in its subject, and finds it again wherever it went. */
  readonly id: string;
  readonly kind: MailKind;
}

export const mailSender = 'ann@sender.example';
export const mailRecipient = 'anna@example.org';
const idPattern = /chaos-mail-\d+/;

/** Of every ten, seven are clean, two infected and one encrypted. */
export function chaosMail(index: number): ChaosMail {
  const place = index % 10;
  const kind = place === 9 ? 'encrypted' : place % 4 === 3 ? 'infected' : 'clean';
  return { id: `chaos-mail-${index}`, kind };
}

export const idIn = (source: string): string | null => idPattern.exec(source)?.[0] ?? null;

export async function writeMail({ id, kind }: ChaosMail): Promise<Buffer> {
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await writer.sendMail({
    from: mailSender,
    to: mailRecipient,
    subject: id,
    text: 'See the attachment.',
    attachments: [{ filename: 'invoice.zip', content: contentOf({ id, kind }) }],
  });
  return message as Buffer;
}

function contentOf({ id, kind }: ChaosMail): Buffer {
  switch (kind) {
    case 'clean':
      return storedZip('note.txt', Buffer.from(`nothing to see in ${id}`));
    case 'infected':
      return storedZip(`${id}.com`, Buffer.from(eicarText()));
    case 'encrypted':
      return lockedZip('secret.txt', Buffer.from(id), 'not to be guessed');
  }
}
