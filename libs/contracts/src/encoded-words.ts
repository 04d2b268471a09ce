/** RFC 2047 words (`=?utf-8?B?…?=`) decoded, everything else as it stands. For labels and for strange boundaries. */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(
      /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi,
      (word, charset: string, kind: string, body: string) => {
        const bytes = kind.toLowerCase() === 'b' ? Buffer.from(body, 'base64') : unquoted(body);
        return decodeText(bytes, charset.replace(/\*.*$/, '')) ?? word;
      },
    );
}

function unquoted(body: string): Buffer {
  const text = body
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}

/** Null: a charset that no one here knows. */
export function decodeText(bytes: Buffer, charset: string): string | null {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}
