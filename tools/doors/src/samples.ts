import { eicarText } from '@sluice/private-servers';
import { lockedZip, storedZip } from '@sluice/tool-acceptance';
import { createTransport } from 'nodemailer';
import type { Occasion } from './door-client.js';

export const sender = 'ann@sender.example';
export const recipient = 'anna@example.org';

/** No two clients send the same: equal bytes would meet each other's verdict. */
export function sampleFile(client: string, occasion: Occasion): { name: string; bytes: Buffer } {
  const note = Buffer.from(`A note for ${client}, ${occasion}.\n`);
  switch (occasion) {
    case 'clean':
    case 'away':
      return { name: 'note.txt', bytes: note };
    case 'infected':
      return { name: 'invoice.zip', bytes: storedZip(`${client}.com`, Buffer.from(eicarText())) };
    case 'encrypted':
      return { name: 'locked.zip', bytes: lockedZip('secret.txt', note, 'not to be guessed') };
  }
}

export const subjectOf = (client: string, occasion: Occasion): string => `${client} ${occasion}`;

/** As a mail program writes it. */
export async function sampleMail(client: string, occasion: Occasion): Promise<Buffer> {
  const file = sampleFile(client, occasion);
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await writer.sendMail({
    from: `Ann <${sender}>`,
    to: `Anna <${recipient}>`,
    subject: subjectOf(client, occasion),
    text: 'Hello Anna,\n\nsee the attachment, please.\n\nAnn\n',
    attachments: [{ filename: file.name, content: file.bytes }],
  });
  if (!Buffer.isBuffer(message)) throw new Error('nodemailer wrote no buffer');
  return message;
}
