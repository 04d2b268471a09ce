import { createHash } from 'node:crypto';
import { mailIdentity, mailScanName } from '@sluice/contracts';
import type { MilterMessage } from '@sluice/milter';
import type { FormField } from '../ask-gateways/multipart-form.js';

/** A form has 100 parts at most, and the other fields need some. */
const maxRecipientFields = 80;
const maxMessageIdBytes = 998;
/** A gateway refuses a form with a longer field, and MTAs bound none of these: 3 bytes a letter at most are below its 4 KiB. */
const maxValueCharacters = 1000;

/** The envelope and where the mail came from, as a gateway takes them (docs/external-systems-api.md). */
export function mailFields(message: MilterMessage): FormField[] {
  const { client, helo, sender, recipients, queueId, headers } = message;
  const messageId = headers.find(({ name }) => name.toLowerCase() === 'message-id')?.value;
  const said: Readonly<Record<string, string | null | undefined>> = {
    mailFrom: sender.address,
    clientAddress: client?.address,
    clientName: client?.name,
    helo,
    authenticatedUser: message.macro('auth_authen'),
    queueId,
    messageId: messageId?.subarray(0, maxMessageIdBytes).toString('utf8').trim(),
  };
  return [
    ...Object.entries(said).flatMap(([name, value]) => (value ? [{ name, value: shown(value) }] : [])),
    ...recipients
      .slice(0, maxRecipientFields)
      .map(({ address }) => ({ name: 'rcptTo', value: shown(address) })),
  ];
}

const shown = (value: string): string => value.slice(0, maxValueCharacters);

/**
 * The name of a mail's scan, the same each time the mail comes: of its bytes and its envelope. Not of its client or its queue
 * id: large senders try again from another address. The ledger holds a mail only when it comes to the same name.
 */
export function mailScanId({ sender, recipients }: MilterMessage, contentSha256: string): string {
  const rcptTo = recipients.map(({ address }) => address);
  const identity = mailIdentity(contentSha256, { mailFrom: sender.address, rcptTo });
  return mailScanName(createHash('sha256').update(identity).digest('hex'));
}
