import type { Readable } from 'node:stream';

/** Of the original's headers: enough to know the mail by. */
const maxHeadBytes = 32 * 1024;
/** RFC 5321: without its end. */
const maxLineBytes = 998;

interface Refusal {
  readonly id: string;
  /** The sender of the mail; one. */
  readonly pending: readonly string[];
  readonly undelivered: readonly string[];
  readonly createdAt: Date;
  readonly heldAt: Date | null;
}

/**
 * Word to a sender that a mail it sent is not delivered (RFC 3464, with the headers of the mail, RFC 6522). The same bytes for
 * each attempt, and ASCII alone, so that every server takes them.
 */
export function writeRefusal(refusal: Refusal, head: Buffer, from: string): Buffer {
  const { id, pending, createdAt } = refusal;
  const host = from.split('@').at(-1) ?? 'sluice';
  // Made with the refusal: whoever wrote the mail could not know it.
  const boundary = `=_refusal_${id}`;
  const lines = [
    `From: Mail Delivery System <${from}>`,
    `To: <${pending.map(inAscii).join('>, <')}>`,
    'Subject: Undelivered Mail Returned to Sender',
    `Date: ${mailDate(createdAt)}`,
    `Message-ID: <release-${id}@${host}>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"`,
    '',
    'This is a delivery status notification.',
    ...partOf(boundary, ['text/plain; charset=us-ascii'], wordsOf(refusal)),
    ...partOf(boundary, ['message/delivery-status'], statusOf(refusal, host)),
    ...partOf(boundary, ...headPart(head)),
    `--${boundary}--`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

function partOf(boundary: string, [type, ...more]: readonly string[], lines: readonly string[]): string[] {
  return [`--${boundary}`, `Content-Type: ${type ?? ''}`, ...more, '', ...lines];
}

const wordsOf = ({ undelivered }: Refusal): string[] => [
  'Your message was accepted, held back to be looked at, and then refused.',
  'It was not delivered to:',
  '',
  ...undelivered.map((one) => `  ${inAscii(one)}`),
  '',
  'Its headers are attached. If they need to have it, reach them by another way.',
  '',
];

function statusOf({ undelivered, heldAt }: Refusal, host: string): string[] {
  return [
    `Reporting-MTA: dns; ${host}`,
    ...(heldAt === null ? [] : [`Arrival-Date: ${mailDate(heldAt)}`]),
    '',
    ...undelivered.flatMap((one) => [
      // RFC 6533: an address that is not ASCII, where only ASCII may stand.
      `Final-Recipient: ${isAscii(one) ? 'rfc822' : 'utf-8'}; ${inAscii(one)}`,
      'Action: failed',
      'Status: 5.7.1',
      '',
    ]),
  ];
}

/** As it came where it is plain text; what would not pass every server is encoded. */
function headPart(head: Buffer): [string[], string[]] {
  const lines = head.toString('latin1').split(/\r?\n|\r/);
  const isPlain = lines.every((line) => line.length <= maxLineBytes && /^[\t\x20-\x7e]*$/.test(line));
  if (isPlain) return [['text/rfc822-headers'], lines];
  const encoded =
    Buffer.from(lines.join('\r\n'), 'latin1')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [
    ['text/rfc822-headers', 'Content-Transfer-Encoding: base64'],
    [...encoded, ''],
  ];
}

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);
/** Nothing of an address may end a line or a bracket. */
const inAscii = (address: string): string =>
  address.replace(
    // Of a quoted name blanks and backslashes are parts; where something is written as code, they are, too.
    isAscii(address) ? /[<>]/g : /[^\x21-\x3b\x3d\x3f-\x5b\x5d-\x7e]/gu,
    (letter) => `\\x{${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );

const mailDate = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

/** Up to the empty line, and no more than is shown: cut between lines. Destroys the source. */
export async function readHead(source: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of source as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxHeadBytes) break;
  }
  const text = Buffer.concat(pieces).toString('latin1', 0, maxHeadBytes);
  const end = /\r?\n\r?\n/.exec(text)?.index;
  const whole = end ?? (bytes > maxHeadBytes ? Math.max(0, text.lastIndexOf('\n')) : text.length);
  return Buffer.from(text.slice(0, whole), 'latin1');
}
