import { decodeText } from '@sluice/contracts';
import { decodeUtf7 } from '../../decoders/utf-7.js';
import type { PartRole } from '../../opened-item.js';

const plainCharsets = /^(utf-?8|us-ascii|ascii|iso-8859-1|latin1|windows-1252)$/;
/** Neither a byte a letter of ASCII, nor one of those that are decoded here. Some readers know them. */
export const closedCharsets =
  /^(?:(?:x-)?ebcdic|(?:ibm|cp)-?0?(?:037|500|1047|1140)\b|utf-?32|ucs-4|scsu|bocu-1)/;

export interface TranscodedText {
  readonly charset: string;
  readonly text: Buffer;
  /** `file`: content engines cannot decode it themselves. */
  readonly role: PartRole;
}

/** As UTF-8, for rules that know text, by each charset that some reader may take; none where it would be the same. */
export function* transcoded(bytes: Buffer, charsets: readonly string[]): Generator<TranscodedText> {
  for (const charset of charsets) {
    if (plainCharsets.test(charset)) continue;
    if (/^(?:unicode-1-1-)?utf-?7$/.test(charset))
      yield* unlessEqual(bytes, charset, decodeUtf7(bytes), 'file');
    else yield* unlessEqual(bytes, charset, decodeText(bytes, charset), 'stream');
    // Without a mark RFC 2781 (4.3) has it big-endian, and browsers little-endian.
    if (charset === 'utf-16') yield* unlessEqual(bytes, 'utf-16be', decodeText(bytes, 'utf-16be'), 'file');
  }
}

function* unlessEqual(
  bytes: Buffer,
  charset: string,
  decoded: string | null,
  role: PartRole,
): Generator<TranscodedText> {
  const text = decoded === null ? bytes : Buffer.from(decoded);
  if (!text.equals(bytes)) yield { charset, text, role };
}
