/** Longest string, in UTF-8 bytes, that callers or objects may put into a message, a row or a log. */
export const maxTextBytes = 1024;

// C0, DEL and C1 controls; U+0000 among them breaks PostgreSQL's text, the others break logs and mail headers.
const controls = /[\u0000-\u001f\u007f-\u009f]/g;
const bidirectionalAndZeroWidth = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/g;

/**
 * The one cleaner every string from a caller or an object passes: valid UTF-8, no control characters,
 * at most `maxBytes` bytes (cut between code points).
 */
export function cleanText(text: string, maxBytes: number = maxTextBytes): string {
  // Bounded before anything else looks at it: a code unit is at least one byte.
  const valid = text
    .slice(0, maxBytes + 1)
    .toWellFormed()
    .replace(controls, ' ')
    .trim();
  return cutUtf8(valid, maxBytes);
}

/** A name shown to operators: cleaned, without characters that reorder or hide text, at most 64 characters. */
export function cleanName(text: string): string {
  return [...cleanText(text).replace(bidirectionalAndZeroWidth, '')].slice(0, 64).join('').trim();
}

function cutUtf8(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString('utf8');
}
