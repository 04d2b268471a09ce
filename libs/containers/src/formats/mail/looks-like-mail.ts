const headBytes = 16_384;
const headerLine = /^[!-9;-~]+[ \t]*:/;
/** Headers that mail has and other `name: value` texts (HTTP, configuration) rarely have two of. */
const mailHeaders = new Set([
  'received',
  'return-path',
  'delivered-to',
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'reply-to',
  'sender',
  'dkim-signature',
  'authentication-results',
  'content-type',
  'content-transfer-encoding',
  'x-mailer',
  'in-reply-to',
  'references',
  'envelope-to',
  'x-original-to',
  'arc-seal',
]);

/** Is this plainly a mail (an .eml)? The first lines are header fields, two of them known, up to the empty line. */
export function looksLikeMail(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, headBytes).replace(/^\xef\xbb\xbf/, '');
  if (!headerLine.test(text)) return false;
  let known = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line === '') break;
    if (/^[ \t]/.test(line)) continue;
    if (!headerLine.test(line)) return known >= 3;
    if (mailHeaders.has(line.slice(0, line.indexOf(':')).trim().toLowerCase())) known += 1;
  }
  return known >= 2;
}

/** Several mails in one file (mbox): each begins with a `From ` line, then header fields. */
export function isMailbox(bytes: Buffer): boolean {
  if (bytes.toString('latin1', 0, 5) !== 'From ') return false;
  const end = bytes.indexOf(0x0a);
  return end > 0 && end < 1024 && looksLikeMail(bytes.subarray(end + 1));
}

/** The mails of a mailbox, without their `From ` lines. */
export function* splitMailbox(bytes: Buffer): Generator<Buffer> {
  let start = bytes.indexOf(0x0a) + 1;
  while (start > 0 && start < bytes.length) {
    const next = bytes.indexOf('\nFrom ', start, 'latin1');
    const end = next < 0 ? bytes.length : next + 1;
    yield bytes.subarray(start, end);
    start = next < 0 ? 0 : bytes.indexOf(0x0a, end) + 1;
  }
}
