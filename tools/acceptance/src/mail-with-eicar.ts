import { eicarText } from '@sluice/private-servers';

/** A mail that is the test file; its subject is its Message-ID, too. Lines end in CR LF. */
export const mailWithEicar = (
  recipient: string,
  subject: string,
  from = 'Joerg <joerg@example.com>',
): string =>
  [
    `From: ${from}`,
    `To: Anna <${recipient}>`,
    'Date: Thu, 26 Nov 2026 06:00:00 +0000',
    `Message-ID: <${subject.replaceAll(' ', '-')}@example.com>`,
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    'Content-Type: application/octet-stream',
    'Content-Disposition: attachment; filename=invoice.com',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(eicarText()).toString('base64'),
    '',
  ].join('\r\n');
