import { createHash, verify, type KeyObject } from 'node:crypto';

/**
 * Whether the topmost DKIM signature of a mail holds (RFC 6376, rsa-sha256, relaxed/relaxed), with a key that is known
 * already. Written for specs, from the standard: it shares no code with what signed the mail.
 */
export function isSignatureValid(mail: string, publicKey: KeyObject): boolean {
  const end = mail.indexOf('\r\n\r\n');
  const fields = mail.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature[ \t]*:/i.test(field));
  if (end < 0 || signature === undefined) return false;
  const tags = tagsOf(signature);
  const bodyHash = createHash('sha256')
    .update(relaxedBody(mail.slice(end + 4)))
    .digest('base64');
  if (tags.get('bh') !== bodyHash) return false;
  const signed = [
    ...chosenFields(fields, (tags.get('h') ?? '').split(':')),
    relaxedField(signature.replace(/(\bb[ \t\r\n]*=)[^;]*/, '$1')),
  ].join('\r\n');
  return verify('sha256', Buffer.from(signed), publicKey, Buffer.from(tags.get('b') ?? '', 'base64'));
}

function tagsOf(field: string): ReadonlyMap<string, string> {
  const list = field.slice(field.indexOf(':') + 1).split(';');
  return new Map(
    list.map((tag) => {
      const at = tag.indexOf('=');
      return [tag.slice(0, at).trim(), tag.slice(at + 1).replace(/\s/g, '')];
    }),
  );
}

/** Of several with one name those further below come first. */
function chosenFields(fields: readonly string[], names: readonly string[]): string[] {
  const left = [...fields];
  return names.flatMap((name) => {
    const at = left.findLastIndex((field) => nameOf(field) === name.toLowerCase());
    const [field] = at < 0 ? [] : left.splice(at, 1);
    return field === undefined ? [] : [relaxedField(field)];
  });
}

const nameOf = (field: string): string => field.slice(0, field.indexOf(':')).trim().toLowerCase();

const relaxedField = (field: string): string =>
  `${nameOf(field)}:${field
    .slice(field.indexOf(':') + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;

function relaxedBody(body: string): string {
  const lines = body
    .replace(/[ \t]+/g, ' ')
    .replace(/ (?=\r\n)/g, '')
    .replace(/ $/, '')
    .replace(/(?:\r\n)*$/, '');
  return lines === '' ? '' : `${lines}\r\n`;
}
