import { describe, expect, it } from 'vitest';
import { channelSettingsSchemas } from '@sluice/notifications';
import { mailAlertEvent } from '@sluice/notifications/testing';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { outgoingAlert } from '../testing/outgoing.js';
import { mailOf } from './send-mail.js';

const settings = channelSettingsSchemas.smtp.parse({ host: 'mail', from: 'sluice@example.org' });
const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** The mail as it would go over the wire. */
async function sourceOf(objectName: string, mailSubject: string): Promise<string> {
  const alert = mailAlertEvent({ objectName, mailSubject });
  const notice = { kind: 'alert', id: alert.eventId, alert } as const;
  const outgoing = outgoingAlert({ notice, subject: '%object% %mail_subject%' });
  const info = await transport.sendMail(
    mailOf(settings, outgoing, { consoleUrl: 'https://console.example' }),
  );
  return String(info.message);
}

const headersOf = (source: string): (string | undefined)[] =>
  [...source.slice(0, source.indexOf('\r\n\r\n')).matchAll(/^([!-9;-~]+):/gm)].map((match) => match[1]);

describe('headers of a mail', () => {
  it('are the same whatever the object holds', async () => {
    const expected = headersOf(await sourceOf('x', 'x'));
    expect(expected).toEqual(
      expect.arrayContaining(['From', 'To', 'Subject', 'Message-ID', 'Auto-Submitted']),
    );
    const nasty = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'a\r\nBcc: x@evil.example',
        '=?utf-8?q?=0D=0ABcc:_x?=',
        '\u2028Bcc: x',
        'a\r\n\r\n<html>',
        '\rX: y',
      ),
    );
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (objectName, mailSubject) => {
        expect(headersOf(await sourceOf(`x${objectName}`, `x${mailSubject}`))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
    // A busy machine takes its time for hundreds of mails.
  }, 60_000);
});
