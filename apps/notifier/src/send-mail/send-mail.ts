import { composeMail, type SmtpSettings } from '@sluice/notifications';
import {
  delivered,
  describeFault,
  failed,
  type Outgoing,
  type SendOptions,
  type SendOutcome,
} from '../deliver-notices/send-outcome.js';
import type { MailTransports } from './mail-transports.js';

export interface SendMailOptions extends SendOptions {
  readonly transports: Pick<MailTransports, 'of'>;
}

interface SmtpFault {
  readonly code?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/**
 * Hands one mail to an SMTP server. Never rejects.
 *
 * | the server                                | outcome                                               |
 * |-------------------------------------------|-------------------------------------------------------|
 * | took it for all recipients                | delivered                                             |
 * | took it for some                          | delivered, the others are named                       |
 * | refused sender, all recipients or content with 5xx | failed for good                              |
 * | 4xx, wrong login, no TLS, no connection   | failed, tried again: an operator may put it right     |
 */
export async function sendMail(
  settings: SmtpSettings,
  outgoing: Outgoing,
  options: SendMailOptions,
): Promise<SendOutcome> {
  const transport = options.transports.of(settings, options.hostName);
  try {
    const info = await transport.sendMail({ ...mailOf(settings, outgoing, options), signal: options.signal });
    const refused = info.rejected.join(', ');
    return delivered(refused === '' ? info.response : `${info.response}; refused: ${refused}`);
  } catch (error) {
    return outcomeOf(error as SmtpFault, options.signal);
  }
}

/** As nodemailer takes it. */
export function mailOf(
  settings: SmtpSettings,
  outgoing: Outgoing,
  { consoleUrl }: Pick<SendOptions, 'consoleUrl'>,
) {
  const { subject, text, html } = composeMail(outgoing.notice, {
    subject: outgoing.subject,
    ruleName: outgoing.ruleName,
    consoleUrl,
  });
  return {
    from: { name: 'Sluice', address: settings.from },
    to: outgoing.to.map((address) => ({ name: '', address })),
    subject,
    text,
    html,
    // The same for every attempt: a mail that arrived twice is shown once.
    messageId: `<${outgoing.deliveryId}@${settings.from.split('@').at(-1) ?? 'sluice'}>`,
    headers: {
      // RFC 3834: no one's auto-responder answers.
      'Auto-Submitted': 'auto-generated',
      'X-Sluice-Event': outgoing.notice.id,
    },
  };
}

function outcomeOf(fault: SmtpFault, signal: AbortSignal): SendOutcome {
  const answer = fault.response ?? describeFault(fault, signal);
  const isRefusal = fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE';
  const isPermanent = isRefusal && fault.responseCode !== undefined && fault.responseCode >= 500;
  return failed(fault.code === 'EAUTH' ? `login refused: ${answer}` : answer, { isPermanent });
}
