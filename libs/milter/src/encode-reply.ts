import type { SmtpReply } from './decision.js';
import { InvalidDecisionError } from './milter.errors.js';

/** Text of one line: SMTP has 512 bytes for it with the codes (RFC 5321, 4.5.3.1.5); `%` counts twice on its way to the MTA. */
const maxLineCharacters = 400;
/** What Sendmail's `smfi_setmlreply` takes. */
const maxLines = 32;
const notPrintable = /[^\x20-\x7e]/g;
const codePattern = /^[45][0-5][0-9]$/;
const enhancedPattern = /^([45])\.[0-9]{1,3}\.[0-9]{1,3}$/;

/**
 * The data of a reply with a code: lines joined by CRLF, the same codes on each. `%` is doubled: Sendmail takes the text for a
 * format, and Postfix halves it again.
 */
export function encodeReply({ code, enhancedCode, lines }: SmtpReply): Buffer {
  const text = String(code);
  if (!codePattern.test(text)) throw new InvalidDecisionError(`${text} is no code of a refusal`);
  if (enhancedPattern.exec(enhancedCode)?.[1] !== text[0]) {
    throw new InvalidDecisionError(`${enhancedCode} is of another class than ${text}`);
  }
  const cleaned = (lines.length === 0 ? [''] : lines.slice(0, maxLines)).map(cleanLine);
  const encoded = cleaned.map((line, index) => {
    const separator = index === cleaned.length - 1 ? ' ' : '-';
    return `${text}${separator}${enhancedCode} ${line}`;
  });
  return Buffer.from(`${encoded.join('\r\n')}\0`, 'latin1');
}

const cleanLine = (line: string): string =>
  line.slice(0, maxLineCharacters).replace(notPrintable, '?').replaceAll('%', '%%');
