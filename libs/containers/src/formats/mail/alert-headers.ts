import { type MailHeaders, cleanText } from '@sluice/contracts';
import PostalMime, { type Address, type Email } from 'postal-mime';

const maxRecipients = 64;
/** Beyond, an alert has seen enough of them. */
const maxHeadBytes = 65_536;
const endOfHead = Buffer.from('\r\n\r\n');

/** Headers of a mail as its alert shows them; cleaned. Of what is inside it says nothing: the splitter does. */
export async function readAlertHeaders(mail: Buffer): Promise<MailHeaders> {
  const email = await parse(headOf(mail));
  if (email === null) return { from: null, to: [], cc: [], subject: null, messageId: null };
  return {
    from: email.from === undefined ? null : (addresses(email.from)[0] ?? null),
    to: (email.to ?? []).flatMap(addresses).slice(0, maxRecipients),
    cc: (email.cc ?? []).flatMap(addresses).slice(0, maxRecipients),
    subject: cleaned(email.subject),
    messageId: cleaned(email.messageId),
  };
}

function headOf(mail: Buffer): Buffer {
  const text = mail.toString('latin1', 0, maxHeadBytes);
  const empty = /\r?\n[ \t]*\r?\n|\r\r/.exec(text);
  const lastBreak = text.length < maxHeadBytes ? text.length : text.lastIndexOf('\n');
  const end = empty?.index ?? (lastBreak < 0 ? text.length : lastBreak);
  return Buffer.concat([mail.subarray(0, end), endOfHead]);
}

async function parse(head: Buffer): Promise<Email | null> {
  try {
    return await PostalMime.parse(head);
  } catch {
    return null;
  }
}

const cleaned = (text: string | undefined): string | null => (text === undefined ? null : cleanText(text));

function addresses(address: Address): string[] {
  const mailboxes = address.group ?? [address];
  return mailboxes.map((one) => cleanText(one.address || one.name)).filter((text) => text !== '');
}
