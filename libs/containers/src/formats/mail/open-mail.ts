import { type MailHeaders, cleanText } from '@sluice/contracts';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { countMailParts } from './count-mail-parts.js';
import type { OpenContext } from '../../container-format.js';
import type { OpenedItem } from '../../opened-item.js';

const maxRecipients = 64;
/** Object identifiers of PKCS #7 in DER: what an S/MIME part holds. */
const envelopedData = Buffer.from('06092a864886f70d010703', 'hex');
const signedData = Buffer.from('06092a864886f70d010702', 'hex');

/**
 * Bodies, attachments and mails inside, as parts. Damaged mail is still mail: whatever can be made of it is given, and
 * the whole is scanned as it is anyway. Only a structure beyond the parser's bounds is not examined.
 */
export async function* openMail(bytes: Buffer, { budget }: OpenContext): AsyncGenerator<OpenedItem> {
  const email = countMailParts(bytes, budget.maxParts) > budget.maxParts ? null : await parse(bytes);
  if (email === null) {
    yield { kind: 'unexamined', reason: 'limit-exceeded', limit: 'maxParts' };
    return;
  }
  yield { kind: 'mail-headers', headers: readHeaders(email) };
  const items: OpenedItem[] = [];
  addBody(items, 'text body', email.text);
  addBody(items, 'html body', email.html);
  email.attachments.forEach((attachment, index) => items.push(...openAttachment(attachment, index)));
  for (const item of items) {
    if (item.kind === 'part') {
      budget.takePart();
      budget.takeBytes(item.bytes.length, item.bytes.length);
    }
    yield item;
  }
  if (items.length === 0) yield { kind: 'empty' };
}

/** Null: nested deeper than the parser goes, or headers beyond 2 MiB. */
async function parse(bytes: Buffer): Promise<Email | null> {
  try {
    return await PostalMime.parse(bytes, { forceRfc822Attachments: true });
  } catch {
    return null;
  }
}

function addBody(items: OpenedItem[], label: string, body: string | undefined): void {
  if (body !== undefined && body.trim() !== '')
    items.push({ kind: 'part', label, bytes: Buffer.from(body, 'utf8') });
}

function openAttachment(attachment: Attachment, index: number): OpenedItem[] {
  const label = attachment.filename ?? `part ${index + 1} (${attachment.mimeType})`;
  const bytes = toBuffer(attachment.content);
  if (attachment.mimeType === 'application/pgp-encrypted')
    return [{ kind: 'unexamined', reason: 'encrypted', label }];
  const isMail = attachment.mimeType === 'message/rfc822';
  const part: OpenedItem = { kind: 'part', label, bytes, ...(isMail && { declaredAs: 'mail' }) };
  const reason = sealedReason(attachment.mimeType, bytes);
  return reason === null ? [part] : [part, { kind: 'unexamined', reason, label }];
}

function toBuffer(content: Attachment['content']): Buffer {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  if (content instanceof Uint8Array)
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  return Buffer.from(content);
}

/** S/MIME: encrypted mail, and mail inside a signature, can't be looked into. Detached signatures hold nothing. */
function sealedReason(mimeType: string, bytes: Buffer): 'encrypted' | 'unsupported' | null {
  if (!/^application\/(x-)?pkcs7-mime$/.test(mimeType)) return null;
  const head = bytes.subarray(0, 64);
  if (head.includes(envelopedData)) return 'encrypted';
  return head.includes(signedData) ? 'unsupported' : null;
}

function readHeaders(email: Email): MailHeaders {
  return {
    from: email.from === undefined ? null : (addresses(email.from)[0] ?? null),
    to: (email.to ?? []).flatMap(addresses).slice(0, maxRecipients),
    subject: cleaned(email.subject),
    messageId: cleaned(email.messageId),
  };
}

const cleaned = (text: string | undefined): string | null => (text === undefined ? null : cleanText(text));

function addresses(address: Address): string[] {
  const mailboxes = address.group ?? [address];
  return mailboxes.map((one) => cleanText(one.address || one.name)).filter((text) => text !== '');
}
